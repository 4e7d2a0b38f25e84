package main

import (
	"encoding/json"
	"fmt"
)

// Request is a request of the host. Parameter and Context stay raw JSON until CUE compiles them: a Go `any` would turn 1 into a
// float, which does not match `int`.
type Request struct {
	Mode      string          `json:"mode"`
	Template  string          `json:"template"`
	Parameter json.RawMessage `json:"parameter"`
	Context   json.RawMessage `json:"context"`
}

// Response contains either objects, or a reason and violations.
type Response struct {
	Reason     string            `json:"reason,omitempty"`
	Violations []Violation       `json:"violations,omitempty"`
	Objects    []json.RawMessage `json:"objects,omitempty"`
	// Checked reports that the template compiles and accepts the properties, although what it renders is invalid.
	Checked bool `json:"checked,omitempty"`
	// ContextFields are the fields of the context that the result depends on. It may depend on each field if they are absent.
	ContextFields *[]string `json:"contextFields,omitempty"`
	// WithoutProperties is what a render shows although the properties are invalid.
	WithoutProperties *Inspection `json:"withoutProperties,omitempty"`
}

// Violation is one problem in one line. Path is a path in the properties; it is empty for a problem of the template itself.
type Violation struct {
	Path    []string `json:"path"`
	Message string   `json:"message"`
}

const (
	invalidParameter = "InvalidParameter"
	invalidTemplate  = "InvalidTemplate"
	engineFailed     = "EngineFailed"
)

func respond(text []byte) []byte {
	result, err := json.Marshal(handle(text))
	if err != nil {
		result, _ = json.Marshal(failed(err))
	}
	return result
}

func handle(text []byte) (response Response) {
	defer func() {
		if panicked := recover(); panicked != nil {
			response = failed(fmt.Errorf("CUE panicked: %v", panicked))
		}
	}()
	var request Request
	if err := json.Unmarshal(text, &request); err != nil {
		return failed(err)
	}
	request.Template = shortForm(request.Template)
	topology := &Topology{cue: newContext(), request: request}
	switch request.Mode {
	case "check":
		response = topology.check()
	case "render":
		response = topology.render()
	case "compile":
		return topology.compile()
	default:
		return failed(fmt.Errorf("no such mode: %q", request.Mode))
	}
	response.ContextFields = topology.contextFields()
	return response
}

func failed(err error) Response {
	return Response{Reason: engineFailed, Violations: []Violation{{Path: []string{}, Message: oneLine(err.Error())}}}
}
