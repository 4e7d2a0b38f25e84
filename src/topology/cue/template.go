package main

import (
	"cuelang.org/go/cue"
	"cuelang.org/go/cue/ast"
	"cuelang.org/go/cue/build"
	"cuelang.org/go/cue/parser"
	"cuelang.org/go/encoding/json"
)

// Topology is a template with its parameter and context. The memory of a CUE context only grows, so each Topology has its own.
type Topology struct {
	cue     *cue.Context
	request Request
	schema  *cue.Value
}

var parameterPath = cue.ParsePath("parameter")

// build compiles the template together with a `parameter`, as one package of three files. References to `parameter` and `context` in
// a template resolve across files only if the files have a package clause.
func (t *Topology) build(parameter ast.Expr) (cue.Value, error) {
	context, err := json.Extract("context", t.request.Context)
	if err != nil {
		return cue.Value{}, err
	}
	return t.buildWith(parameter, context)
}

func (t *Topology) buildWith(parameter, context ast.Expr) (cue.Value, error) {
	template, name, err := t.parse()
	if err != nil {
		return cue.Value{}, err
	}
	return t.buildFiles(template, fileOf(name, "context", context), fileOf(name, "parameter", parameter))
}

// parse returns the template as a file of a package, and the name of the package.
func (t *Topology) parse() (*ast.File, string, error) {
	template, err := parser.ParseFile("template", t.request.Template)
	if err != nil {
		return nil, "", err
	}
	name := template.PackageName()
	if name == "" {
		name = "topology"
		template.Decls = append([]ast.Decl{clause(name)}, template.Decls...)
	}
	return template, name, nil
}

func (t *Topology) buildFiles(files ...*ast.File) (cue.Value, error) {
	instance := build.NewContext().NewInstance("", nil)
	for _, file := range files {
		if err := instance.AddSyntax(file); err != nil {
			return cue.Value{}, err
		}
	}
	value := t.cue.BuildInstance(instance)
	if !value.LookupPath(parameterPath).Exists() && value.Err() != nil {
		return cue.Value{}, value.Err()
	}
	return value, nil
}

// declared returns the declaration of `parameter` in the template, without the properties.
func (t *Topology) declared() (cue.Value, error) {
	if t.schema == nil {
		value, err := t.build(ast.NewIdent("_"))
		if err != nil {
			return cue.Value{}, err
		}
		parameter := value.LookupPath(parameterPath)
		t.schema = &parameter
	}
	return *t.schema, t.schema.Validate()
}

func clause(name string) *ast.Package {
	return &ast.Package{Name: ast.NewIdent(name)}
}

func fileOf(pkg, name string, value ast.Expr) *ast.File {
	field := &ast.Field{Label: ast.NewIdent(name), Value: value}
	return &ast.File{Filename: name, Decls: []ast.Decl{clause(pkg), field}}
}
