package main

import (
	stdjson "encoding/json"

	"cuelang.org/go/cue"
	"cuelang.org/go/cue/ast"
	"cuelang.org/go/encoding/json"
)

// Inspection is what a template shows without properties.
type Inspection struct {
	Violations []Violation          `json:"violations,omitempty"`
	Objects    []stdjson.RawMessage `json:"objects,omitempty"`
}

// inspect evaluates the template for any properties: it reports errors that do not wait for a value, and apiVersion and kind of the
// objects for which both are known. Properties that choose another branch of the template may avoid such an error.
func (t *Topology) inspect() *Inspection {
	value, err := t.buildWith(ast.NewIdent("_"), t.closedContext())
	if err != nil {
		return nil
	}
	found := &Inspection{}
	for _, each := range outputsOf(value) {
		if err := each.value.Validate(); err != nil {
			found.Violations = append(found.Violations, t.inTemplate(err)...)
		}
		if object := typeOf(each.value); object != nil {
			found.Objects = append(found.Objects, object)
		}
	}
	found.Violations = unique(found.Violations)
	return found
}

// outputsOf returns `output` and each of `outputs`, as far as they are known.
func outputsOf(value cue.Value) []output {
	found := []output{}
	if single := value.LookupPath(cue.ParsePath("output")); single.Exists() || single.Err() != nil {
		found = append(found, output{"", single})
	}
	outputs := value.LookupPath(cue.ParsePath("outputs"))
	fields, err := outputs.Fields()
	if err != nil {
		return append(found, output{"outputs", outputs})
	}
	for fields.Next() {
		found = append(found, output{fields.Selector().Unquoted(), fields.Value()})
	}
	return found
}

// typeOf returns apiVersion and kind of an object, nil if one of them is not known.
func typeOf(value cue.Value) stdjson.RawMessage {
	fields := map[string]string{}
	for _, name := range []string{"apiVersion", "kind"} {
		text, err := value.LookupPath(cue.MakePath(cue.Str(name))).String()
		if err != nil {
			return nil
		}
		fields[name] = text
	}
	object, err := stdjson.Marshal(fields)
	if err != nil {
		return nil
	}
	return object
}

// closedContext returns the context such that a reference to a field that it does not have is an error at once, and not a value that
// is still missing. The labels and annotations stay open, because those of other deployments differ. A template that declares fields
// of `context` may add some.
func (t *Topology) closedContext() ast.Expr {
	context, err := json.Extract("context", t.request.Context)
	if err != nil || mayDeclareContext(t.request.Template) {
		return context
	}
	return ast.NewCall(ast.NewIdent("close"), context)
}
