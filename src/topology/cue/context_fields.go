package main

import (
	"maps"
	"slices"

	"cuelang.org/go/cue/ast"
	"cuelang.org/go/cue/parser"
)

// contextFields returns the fields of `context` that can have an effect on the evaluation of a template, sorted. It returns nil if
// that is not known: then every field may have one.
//
// CUE resolves references lexically, so a template can read `context` only through an identifier of that name, or through an alias of
// the field. Every such identifier counts, even if it refers to something else. A template can also constrain `context` with a
// declaration. What may declare it in a way that cannot be read from the syntax (patterns, computed labels, embedded references) makes
// the fields unknown.
func contextFields(template string) *[]string {
	fields := readFields(template)
	if fields.unknown {
		return nil
	}
	names := slices.Sorted(maps.Keys(fields.names))
	return &names
}

// mayDeclareContext reports whether a template may declare fields of `context`.
func mayDeclareContext(template string) bool {
	fields := readFields(template)
	return fields.unknown || fields.declares
}

type fieldSet struct {
	names    map[string]bool
	declares bool
	unknown  bool
}

func readFields(template string) *fieldSet {
	// The name of the Workload is in generated names.
	fields := &fieldSet{names: map[string]bool{"name": true}}
	if file, err := parser.ParseFile("template", template); err == nil {
		fields.declarations(file.Decls)
	}
	return fields
}

// declarations reads the declarations of the scope that `context` is in.
func (f *fieldSet) declarations(declarations []ast.Decl) {
	for _, declaration := range declarations {
		switch typed := declaration.(type) {
		case *ast.Package, *ast.ImportDecl, *ast.CommentGroup, *ast.Ellipsis:
		case *ast.LetClause:
			f.references(typed.Expr)
		case *ast.Field:
			f.field(typed)
		case *ast.EmbedDecl:
			f.embedded(typed.Expr)
		case *ast.Comprehension:
			f.comprehension(typed)
		default:
			f.unknown = true
		}
	}
}

func (f *fieldSet) field(field *ast.Field) {
	name, ok := plainLabel(field)
	switch {
	case !ok:
		f.unknown = true
	case name == "context":
		f.declared(field.Value)
	default:
		f.references(field.Value)
	}
}

// declared reads a declaration of `context`.
func (f *fieldSet) declared(value ast.Expr) {
	f.declares = true
	literal, ok := value.(*ast.StructLit)
	if !ok {
		f.unknown = true
		return
	}
	for _, declaration := range literal.Elts {
		switch typed := declaration.(type) {
		case *ast.CommentGroup, *ast.Ellipsis:
		case *ast.Field:
			name, ok := plainLabel(typed)
			if !ok {
				f.unknown = true
				return
			}
			f.names[name] = true
			f.references(typed.Value)
		default:
			f.unknown = true
		}
	}
}

func (f *fieldSet) embedded(value ast.Expr) {
	switch typed := value.(type) {
	case *ast.StructLit:
		f.declarations(typed.Elts)
	case *ast.Comprehension:
		f.comprehension(typed)
	default:
		f.unknown = true
	}
}

func (f *fieldSet) comprehension(comprehension *ast.Comprehension) {
	if comprehension.Fallback != nil {
		f.unknown = true
		return
	}
	for _, clause := range comprehension.Clauses {
		f.references(clause)
	}
	f.embedded(comprehension.Value)
}

// references finds identifiers `context` in expressions.
func (f *fieldSet) references(node ast.Node) {
	ast.Walk(node, func(node ast.Node) bool {
		switch typed := node.(type) {
		case *ast.Field:
			if _, ok := plainLabel(typed); ok {
				f.references(typed.Value)
				return false
			}
		case *ast.SelectorExpr:
			if identifier, ok := typed.X.(*ast.Ident); !ok || identifier.Name != "context" {
				f.references(typed.X)
				return false
			}
			name, _, err := ast.LabelName(typed.Sel)
			f.names[name] = true
			f.unknown = f.unknown || err != nil
			return false
		case *ast.Ident:
			f.unknown = f.unknown || typed.Name == "context"
		}
		return true
	}, nil)
}

// plainLabel returns the name of a field that has neither an alias nor a computed label.
func plainLabel(field *ast.Field) (string, bool) {
	if field.Alias != nil {
		return "", false
	}
	switch field.Label.(type) {
	case *ast.Ident, *ast.BasicLit:
		name, _, err := ast.LabelName(field.Label)
		return name, err == nil
	}
	return "", false
}
