package main

import (
	"strconv"

	"cuelang.org/go/cue"
	"cuelang.org/go/cue/ast"
	"cuelang.org/go/cue/errors"
)

// maxAlternatives limits how many branches of a disjunction are examined.
const maxAlternatives = 40

// alternatives returns the branches of a disjunction, or the value itself.
func alternatives(value cue.Value) []cue.Value {
	op, args := value.Expr()
	if op == cue.SelectorOp {
		op, args = cue.Dereference(value).Expr()
	}
	if op == cue.AndOp && hasChoice(args) {
		// `{(#A | #B), size: int}`: a field can be declared in each of the parts.
		return partsOf(args)
	}
	if op == cue.NoOp && len(args) == 1 {
		// For `[...string] | *["global"]` the only argument is `[...string]`, which includes the other branch.
		return args
	}
	if op != cue.OrOp {
		return []cue.Value{value}
	}
	return partsOf(args)
}

func partsOf(args []cue.Value) []cue.Value {
	var result []cue.Value
	for _, each := range args {
		result = append(result, alternatives(each)...)
		if len(result) >= maxAlternatives {
			break
		}
	}
	return result
}

// hasChoice reports whether one of the parts of a struct is a disjunction of structs.
func hasChoice(parts []cue.Value) bool {
	for _, each := range parts {
		if each.IncompleteKind() == cue.StructKind && len(alternatives(each)) > 1 {
			return true
		}
	}
	return false
}

// embeddedChoice splits the declaration of a struct that embeds a disjunction of structs: the branches of the disjunction, and the
// other parts of the struct. There are no branches if it does not embed one.
func embeddedChoice(schema cue.Value) (branches, others []cue.Value) {
	op, args := schema.Expr()
	if op == cue.SelectorOp {
		op, args = cue.Dereference(schema).Expr()
	}
	if op != cue.AndOp {
		return nil, []cue.Value{schema}
	}
	for _, each := range args {
		if found, rest := embeddedChoice(each); len(branches) == 0 && len(found) > 0 {
			branches, others = found, append(others, rest...)
		} else if found := alternatives(each); len(branches) == 0 && len(found) > 1 && each.IncompleteKind() == cue.StructKind {
			branches = found
		} else {
			others = append(others, each)
		}
	}
	return branches, others
}

// schemasAt returns the declarations that can apply at a path below a declaration; it is empty if nothing is declared there.
func schemasAt(schema cue.Value, path []string) []cue.Value {
	level := []cue.Value{schema}
	for _, segment := range path {
		level = childrenOf(level, segment)
	}
	return level
}

// childrenOf returns the declarations of a field or an item. Alternatives that contain alternatives would double them with each level,
// so their number is limited.
func childrenOf(schemas []cue.Value, segment string) []cue.Value {
	var children []cue.Value
	for _, each := range schemas {
		for _, branch := range alternatives(each) {
			if child, ok := childOf(branch, segment); ok {
				children = append(children, child)
			}
			if len(children) >= maxAlternatives {
				return children
			}
		}
	}
	return children
}

func childOf(schema cue.Value, segment string) (cue.Value, bool) {
	if schema.IncompleteKind()&cue.ListKind != 0 {
		if index, err := strconv.Atoi(segment); err == nil && index >= 0 {
			return firstOf(schema, cue.Index(index), cue.AnyIndex)
		}
	}
	return firstOf(schema, cue.Str(segment), cue.Str(segment).Optional(), cue.AnyString)
}

func firstOf(schema cue.Value, selectors ...cue.Selector) (cue.Value, bool) {
	for _, selector := range selectors {
		child := schema.LookupPath(cue.MakePath(selector))
		if isAllowed(child) {
			return child, true
		}
		// CUE does not evaluate a declaration that refers to one around it, such as `#Node: children?: [...#Node]`.
		if declared := cue.Dereference(child); isAllowed(declared) {
			return declared, true
		}
	}
	return cue.Value{}, false
}

// fieldsOf returns the names that a declaration allows at its top level.
func fieldsOf(schemas []cue.Value) []string {
	var names []string
	seen := map[string]bool{}
	for _, schema := range schemas {
		for _, branch := range alternatives(schema) {
			fields, err := branch.Fields(cue.Optional(true))
			if err != nil {
				continue
			}
			for fields.Next() {
				name := fields.Selector().Unquoted()
				if !seen[name] && (isAllowed(fields.Value()) || isAllowed(cue.Dereference(fields.Value()))) {
					seen[name] = true
					names = append(names, name)
				}
			}
		}
	}
	return names
}

// isAllowed is false for optional fields that are declared only to reject them: `deleteOption?: error("use …")`.
func isAllowed(value cue.Value) bool {
	return value.Exists() && value.IncompleteKind() != cue.BottomKind
}

// forbidden returns the paths of fields that a declaration only has to reject them: `namespace?: _|_`.
func forbidden(schemas []cue.Value, value ast.Expr) [][]string {
	object, ok := value.(*ast.StructLit)
	if !ok {
		return nil
	}
	var paths [][]string
	for _, declaration := range object.Elts {
		field, ok := declaration.(*ast.Field)
		if !ok {
			continue
		}
		name := labelOf(field)
		var children []cue.Value
		isForbidden := false
		for _, each := range schemas {
			isForbidden = isForbidden || rejects(each, name)
			children = append(children, schemasAt(each, []string{name})...)
		}
		if isForbidden {
			paths = append(paths, []string{name})
			continue
		}
		for _, path := range forbidden(children, field.Value) {
			paths = append(paths, below([]string{name}, path...))
		}
	}
	return paths
}

// rejects reports whether a declaration has a field only to reject it.
func rejects(schema cue.Value, name string) bool {
	declared := schema.LookupPath(cue.MakePath(cue.Str(name).Optional()))
	return declared.Exists() && !isAllowed(declared) && !isAllowed(cue.Dereference(declared))
}

// refusal returns the author's message for a field that is declared only to reject it, and "" for any other field.
func refusal(schema cue.Value, path []string) string {
	name := path[len(path)-1]
	for _, parent := range schemasAt(schema, path[:len(path)-1]) {
		field := parent.LookupPath(cue.MakePath(cue.Str(name).Optional()))
		if field.IncompleteKind() != cue.BottomKind {
			continue
		}
		for _, each := range errors.Errors(field.Err()) {
			if format, _ := each.Msg(); format == authorMessage {
				return withoutPath(each)
			}
		}
	}
	return ""
}
