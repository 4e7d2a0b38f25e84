package main

import (
	stdjson "encoding/json"
	"fmt"

	"cuelang.org/go/cue"
)

// render returns `output` and then each of `outputs`, in the order of the template.
func (t *Topology) render() Response {
	value, response := t.checkProperties()
	if response.Reason != "" {
		return response
	}
	rendered := []cue.Value{}
	if output := value.LookupPath(cue.ParsePath("output")); output.Exists() {
		rendered = append(rendered, output)
	}
	if outputs := value.LookupPath(cue.ParsePath("outputs")); outputs.Exists() {
		fields, err := outputs.Fields()
		if err != nil {
			return Response{Reason: invalidTemplate, Violations: inTemplate(err)}
		}
		for fields.Next() {
			rendered = append(rendered, fields.Value())
		}
	}
	if len(rendered) == 0 {
		return Response{Reason: invalidTemplate, Violations: inTemplate(fmt.Errorf("has neither output nor outputs"))}
	}
	for _, each := range rendered {
		object, err := marshal(each)
		if err != nil {
			return Response{Reason: invalidTemplate, Violations: inTemplate(err)}
		}
		response.Objects = append(response.Objects, object)
	}
	return response
}

func marshal(value cue.Value) (stdjson.RawMessage, error) {
	if err := value.Validate(cue.Concrete(true), cue.Final(), cue.All()); err != nil {
		return nil, err
	}
	if kind := value.Kind(); kind != cue.StructKind {
		return nil, fmt.Errorf("%s: must be an object, not %s", value.Path(), kindWords(kind))
	}
	return value.MarshalJSON()
}
