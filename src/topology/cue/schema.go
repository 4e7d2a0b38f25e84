package main

import (
	"strconv"

	"cuelang.org/go/cue"
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
	if op == cue.NoOp && len(args) == 1 {
		// For `[...string] | *["global"]` the only argument is `[...string]`, which includes the other branch.
		return args
	}
	if op != cue.OrOp {
		return []cue.Value{value}
	}
	var result []cue.Value
	for _, each := range args {
		result = append(result, alternatives(each)...)
		if len(result) >= maxAlternatives {
			break
		}
	}
	return result
}

// schemasAt returns the declarations that can apply at a path below a declaration; it is empty if nothing is declared there.
func schemasAt(schema cue.Value, path []string) []cue.Value {
	level := []cue.Value{schema}
	for _, segment := range path {
		var next []cue.Value
		for _, each := range level {
			for _, branch := range alternatives(each) {
				if child, ok := childOf(branch, segment); ok {
					next = append(next, child)
				}
			}
		}
		level = next
	}
	return level
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
		if child := schema.LookupPath(cue.MakePath(selector)); isAllowed(child) {
			return child, true
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
				if !seen[name] && isAllowed(fields.Value()) {
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
