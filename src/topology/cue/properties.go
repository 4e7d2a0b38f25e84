package main

import (
	"slices"
	"strconv"

	"cuelang.org/go/cue"
	"cuelang.org/go/cue/ast"
	"cuelang.org/go/cue/literal"
	"cuelang.org/go/cue/token"
)

// edit removes one value from the properties: the whole field if `remove` is set, otherwise only the value of the field.
type edit struct {
	path   []string
	remove bool
}

// apply applies the edits. A removed value is replaced by `_`, which matches anything, so that lists keep their indices and required
// fields stay present.
func apply(properties ast.Expr, edits []edit) ast.Expr {
	for _, each := range edits {
		properties = applyOne(properties, each.path, each.remove)
	}
	return properties
}

func applyOne(value ast.Expr, path []string, remove bool) ast.Expr {
	if len(path) == 0 {
		return ast.NewIdent("_")
	}
	switch node := value.(type) {
	case *ast.StructLit:
		for i, declaration := range node.Elts {
			field, ok := declaration.(*ast.Field)
			if !ok || labelOf(field) != path[0] {
				continue
			}
			if remove && len(path) == 1 {
				node.Elts = append(node.Elts[:i:i], node.Elts[i+1:]...)
				break
			}
			field.Value = applyOne(field.Value, path[1:], remove)
		}
	case *ast.ListLit:
		if index, err := strconv.Atoi(path[0]); err == nil && index >= 0 && index < len(node.Elts) {
			node.Elts[index] = applyOne(node.Elts[index], path[1:], remove)
		}
	}
	return value
}

// valueAt returns the value that the user wrote at a path, nil if there is none.
func valueAt(value ast.Expr, path []string) ast.Expr {
	for _, segment := range path {
		var next ast.Expr
		switch node := value.(type) {
		case *ast.StructLit:
			for _, declaration := range node.Elts {
				if field, ok := declaration.(*ast.Field); ok && labelOf(field) == segment {
					next = field.Value
				}
			}
		case *ast.ListLit:
			if index, err := strconv.Atoi(segment); err == nil && index >= 0 && index < len(node.Elts) {
				next = node.Elts[index]
			}
		}
		if next == nil {
			return nil
		}
		value = next
	}
	return value
}

func labelOf(field *ast.Field) string {
	name, _, err := ast.LabelName(field.Label)
	if err != nil {
		return ""
	}
	return name
}

// unquote removes the quotes from a path segment of CUE.
func unquote(segment string) string {
	if text, err := literal.Unquote(segment); err == nil && len(segment) > 1 && segment[0] == '"' {
		return text
	}
	return segment
}

// withoutNulls removes fields with the value null, as the API server does for a field that cannot be null. A null stays where the
// declaration accepts it, and where nothing is declared.
func withoutNulls(value ast.Expr, schemas []cue.Value) {
	switch node := value.(type) {
	case *ast.StructLit:
		kept := node.Elts[:0]
		for _, declaration := range node.Elts {
			field, ok := declaration.(*ast.Field)
			if !ok {
				kept = append(kept, declaration)
				continue
			}
			name := labelOf(field)
			declared := childrenOf(schemas, name)
			literal, isLiteral := field.Value.(*ast.BasicLit)
			isForbidden := slices.ContainsFunc(schemas, func(each cue.Value) bool { return rejects(each, name) })
			if isLiteral && literal.Kind == token.NULL && (isForbidden || rejectNull(declared)) {
				continue
			}
			withoutNulls(field.Value, declared)
			kept = append(kept, declaration)
		}
		node.Elts = kept
	case *ast.ListLit:
		for index, item := range node.Elts {
			withoutNulls(item, childrenOf(schemas, strconv.Itoa(index)))
		}
	}
}

// rejectNull reports whether something is declared, and nothing of it accepts null.
func rejectNull(schemas []cue.Value) bool {
	for _, each := range schemas {
		if each.IncompleteKind()&cue.NullKind != 0 {
			return false
		}
	}
	return len(schemas) > 0
}
