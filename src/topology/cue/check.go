package main

import (
	"bytes"
	"strings"

	"cuelang.org/go/cue"
	"cuelang.org/go/cue/ast"
	"cuelang.org/go/cue/errors"
	"cuelang.org/go/encoding/json"
)

// maxRounds limits how often invalid properties are removed to find further problems.
const maxRounds = 12

// maxViolations limits the number of problems in a response.
const maxViolations = 50

func (t *Topology) check() Response {
	_, response := t.checkProperties()
	return response
}

// checkProperties builds the template with the properties and reports all problems with them. CUE reports only the first kind of
// error that it finds (for example a conflict, but not the fields that are missing or not allowed). Therefore invalid properties
// are removed and the others are checked again, until there are no new problems.
func (t *Topology) checkProperties() (cue.Value, Response) {
	if value, ok := t.evaluateCompiled(); ok {
		return value, Response{}
	}
	var found []Violation
	var edits []edit
	// unexplained is reported if nothing that the user wrote explains it.
	var unexplained error
	for range maxRounds {
		properties, response := t.properties()
		if response.Reason != "" {
			return cue.Value{}, response
		}
		properties = apply(properties, edits)
		value, err := t.build(properties)
		if err != nil {
			return value, Response{Reason: invalidTemplate, Violations: t.inTemplate(err)}
		}
		given := value.LookupPath(parameterPath)
		invalid := given.Validate(cue.Concrete(true), cue.Final(), cue.All())
		if invalid == nil && len(found) == 0 {
			return value, Response{}
		}
		if invalid == nil {
			break
		}
		unexplained = invalid
		schema, err := t.declared()
		if err != nil {
			return value, Response{Reason: invalidTemplate, Violations: t.inTemplate(err)}
		}
		fresh := explainer{cue: t.cue, root: schema, skip: 1, given: &given}.explain(invalid, schema, properties, nil)
		before := len(edits)
		for _, each := range fresh {
			if !isAffected(edits[:before], each.Path) {
				found = append(found, each.Violation)
				edits = append(edits, edit{path: each.Path, remove: each.remove})
			}
		}
		if len(edits) == before || len(found) >= maxViolations {
			break
		}
	}
	if len(found) == 0 {
		for _, each := range errors.Errors(unexplained) {
			found = append(found, Violation{inside(each.Path(), 1), withoutPath(each)})
		}
	}
	found = unique(found)
	return cue.Value{}, Response{Reason: invalidParameter, Violations: found[:min(len(found), maxViolations)]}
}

// properties returns the properties of the request, without fields that are null instead of absent.
func (t *Topology) properties() (ast.Expr, Response) {
	properties, err := json.Extract("parameter", t.request.Parameter)
	if err != nil {
		return nil, failed(err)
	}
	if bytes.Contains(t.request.Parameter, []byte("null")) {
		schema, err := t.declared()
		if err != nil {
			return nil, Response{Reason: invalidTemplate, Violations: t.inTemplate(err)}
		}
		withoutNulls(properties, []cue.Value{schema})
	}
	return properties, Response{}
}

// isAffected reports whether an earlier edit caused a problem, for example because it removed a required field.
func isAffected(edits []edit, path []string) bool {
	for _, each := range edits {
		if len(each.path) <= len(path) && strings.Join(path[:len(each.path)], "\x00") == strings.Join(each.path, "\x00") {
			return true
		}
	}
	return false
}

func unique(violations []Violation) []Violation {
	seen := map[string]bool{}
	var result []Violation
	for _, each := range violations {
		key := strings.Join(each.Path, "\x00") + "\x01" + each.Message
		if !seen[key] {
			seen[key] = true
			result = append(result, each)
		}
	}
	return result
}
