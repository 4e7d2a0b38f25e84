package main

import (
	"strconv"

	"cuelang.org/go/cue/ast"
	"cuelang.org/go/cue/literal"
)

// edit takes one value out of the properties: the whole field where it may not be there, else what it holds.
type edit struct {
	path   []string
	remove bool
}

// apply replaces a value by `_`, which fits anything, so that lists keep their indices and required fields stay present.
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

// valueAt is what the user wrote at a path, nil for nothing.
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

// plain takes the quotes off a path segment of CUE.
func plain(segment string) string {
	if text, err := literal.Unquote(segment); err == nil && len(segment) > 1 && segment[0] == '"' {
		return text
	}
	return segment
}
