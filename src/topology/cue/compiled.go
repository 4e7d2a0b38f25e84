package main

import (
	"bytes"

	"cuelang.org/go/cue"
	"cuelang.org/go/cue/ast"
	"cuelang.org/go/encoding/json"
)

// compiledTemplate is a template that was built without properties and without a context, so it contains nothing of any request. Only
// the host adds templates, so their number and their memory do not depend on tenants.
type compiledTemplate struct {
	cue           *cue.Context
	value         cue.Value
	contextFields *[]string
}

// compiledTemplates are templates by their text. To parse and compile a template takes as long as to evaluate it.
var compiledTemplates = map[string]compiledTemplate{}

// compile keeps the compiled form of a template for later requests.
func (t *Topology) compile() Response {
	template, name, err := t.parse()
	if err != nil {
		return Response{Reason: invalidTemplate, Violations: t.inTemplate(err)}
	}
	open := &ast.File{Filename: "open", Decls: []ast.Decl{clause(name), openField("context"), openField("parameter")}}
	value, err := t.buildFiles(template, open)
	if err != nil {
		return Response{Reason: invalidTemplate, Violations: t.inTemplate(err)}
	}
	compiledTemplates[t.request.Template] = compiledTemplate{t.cue, value, contextFields(t.request.Template)}
	return Response{}
}

func openField(name string) *ast.Field {
	return &ast.Field{Label: ast.NewIdent(name), Value: ast.NewIdent("_")}
}

// evaluateCompiled evaluates the compiled form of the template, if there is one. It returns a value only if the properties are valid:
// everything else is left to checkProperties, which explains the problems.
func (t *Topology) evaluateCompiled() (cue.Value, bool) {
	compiled, ok := compiledTemplates[t.request.Template]
	// Whether a null is removed depends on the declaration.
	if !ok || bytes.Contains(t.request.Parameter, []byte("null")) {
		return cue.Value{}, false
	}
	context, err := json.Extract("context", t.request.Context)
	if err != nil {
		return cue.Value{}, false
	}
	parameter, err := json.Extract("parameter", t.request.Parameter)
	if err != nil {
		return cue.Value{}, false
	}
	value := compiled.value.Unify(compiled.cue.BuildExpr(ast.NewStruct("context", context, "parameter", parameter)))
	if value.LookupPath(parameterPath).Validate(cue.Concrete(true), cue.Final(), cue.All()) != nil {
		return cue.Value{}, false
	}
	return value, true
}

// contextFields returns the fields of the context that the template reads, as far as they are known.
func (t *Topology) contextFields() *[]string {
	if compiled, ok := compiledTemplates[t.request.Template]; ok {
		return compiled.contextFields
	}
	return contextFields(t.request.Template)
}
