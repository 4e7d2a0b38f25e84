package main

import (
	stdjson "encoding/json"
	"fmt"

	"cuelang.org/go/cue"
)

// render returns `output` and then each of `outputs`, in the order of the template.
func (t *Topology) render() Response {
	value, response := t.checkProperties()
	if response.Reason == invalidParameter {
		response.WithoutProperties = t.inspect()
	}
	if response.Reason != "" {
		return response
	}
	rendered := []output{}
	if single := value.LookupPath(cue.ParsePath("output")); single.Exists() {
		rendered = append(rendered, output{"", single})
	}
	if outputs := value.LookupPath(cue.ParsePath("outputs")); outputs.Exists() {
		fields, err := outputs.Fields()
		if err != nil {
			return Response{Reason: invalidTemplate, Checked: true, Violations: t.inTemplate(err)}
		}
		for fields.Next() {
			rendered = append(rendered, output{fields.Selector().Unquoted(), fields.Value()})
		}
	}
	if len(rendered) == 0 {
		return Response{Reason: invalidTemplate, Checked: true, Violations: t.inTemplate(fmt.Errorf("has neither output nor outputs"))}
	}
	workload := t.workload()
	for _, each := range rendered {
		object, err := marshal(each.value)
		if err == nil {
			object, err = named(object, workload, each.key)
		}
		if err != nil {
			return Response{Reason: invalidTemplate, Checked: true, Violations: t.inTemplate(err)}
		}
		response.Objects = append(response.Objects, object)
	}
	return response
}

// output is a rendered object. The key is empty for `output`, otherwise it is the name of a field of `outputs`.
type output struct {
	key   string
	value cue.Value
}

// workload returns the name of the Workload in the context.
func (t *Topology) workload() string {
	var context struct {
		Name string `json:"name"`
	}
	if err := stdjson.Unmarshal(t.request.Context, &context); err != nil {
		return ""
	}
	return context.Name
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
