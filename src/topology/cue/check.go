package main

import (
	"strings"

	"cuelang.org/go/cue"
	"cuelang.org/go/encoding/json"
)

// maxRounds bounds how often what is wrong is taken out to see what else is.
const maxRounds = 12

// maxViolations bounds an answer: more than these no one reads at once.
const maxViolations = 50

func (t *Topology) check() Response {
	_, response := t.judge()
	return response
}

// judge fills in the properties and says all that is wrong with them. CUE stops at the first kind of error it meets
// (closedness and missing fields are not looked at beside a conflict), so what is wrong is taken out of the properties
// and the rest is judged again, until nothing new turns up.
func (t *Topology) judge() (cue.Value, Response) {
	var found []Violation
	var edits []edit
	for range maxRounds {
		properties, err := json.Extract("parameter", t.request.Parameter)
		if err != nil {
			return cue.Value{}, failed(err)
		}
		properties = apply(properties, edits)
		value, err := t.build(properties)
		if err != nil {
			return value, Response{Reason: invalidTemplate, Violations: inTemplate(err)}
		}
		given := value.LookupPath(parameterPath)
		invalid := given.Validate(cue.Concrete(true), cue.Final(), cue.All())
		if invalid == nil && len(found) == 0 {
			return value, Response{}
		}
		if invalid == nil {
			break
		}
		schema, err := t.declared()
		if err != nil {
			return value, Response{Reason: invalidTemplate, Violations: inTemplate(err)}
		}
		fresh := explainer{t.cue, schema, 1, 0}.explain(invalid, schema, properties, nil)
		before := len(edits)
		for _, each := range fresh {
			if !touched(edits[:before], each.Path) {
				found = append(found, each.Violation)
				edits = append(edits, edit{path: each.Path, remove: each.remove})
			}
		}
		if len(edits) == before || len(found) >= maxViolations {
			break
		}
	}
	found = unique(found)
	return cue.Value{}, Response{Reason: invalidParameter, Violations: found[:min(len(found), maxViolations)]}
}

// touched tells what an earlier edit has caused (a missing field that we took out) from what the user wrote.
func touched(edits []edit, path []string) bool {
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
