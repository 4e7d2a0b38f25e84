package main

import (
	"fmt"
	"strings"

	"cuelang.org/go/cue"
	"cuelang.org/go/cue/ast"
	"cuelang.org/go/cue/format"
)

type kindName struct {
	kind  cue.Kind
	words string
}

var kinds = []kindName{
	{cue.StructKind, "an object"},
	{cue.ListKind, "a list"},
	{cue.StringKind, "a string"},
	{cue.NumberKind, "a number"},
	{cue.IntKind, "an integer"},
	{cue.FloatKind, "a fraction"},
	{cue.BoolKind, "true or false"},
	{cue.NullKind, "null"},
}

func kindWords(kind cue.Kind) string {
	var words []string
	for _, each := range kinds {
		if kind&each.kind == each.kind {
			words = append(words, each.words)
			kind &^= each.kind
		}
	}
	if len(words) == 0 {
		return "a value"
	}
	return strings.Join(words, " or ")
}

// describeExpected describes what a declaration accepts: `one of A, B`, `an integer >=1`, `a list`.
func describeExpected(schemas []cue.Value) string {
	var literals, shapes []string
	seen := map[string]bool{}
	for _, schema := range schemas {
		for _, branch := range alternatives(schema) {
			text, isLiteral := shapeOf(branch)
			if seen[text] {
				continue
			}
			seen[text] = true
			if isLiteral {
				literals = append(literals, text)
			} else {
				shapes = append(shapes, text)
			}
		}
	}
	if len(literals) > 1 {
		shapes = append([]string{"one of " + strings.Join(literals, ", ")}, shapes...)
	} else {
		shapes = append(literals, shapes...)
	}
	return strings.Join(shapes, " or ")
}

func shapeOf(schema cue.Value) (text string, isLiteral bool) {
	kind := schema.IncompleteKind()
	if kind&(cue.StructKind|cue.ListKind) != 0 || !schema.IsConcrete() {
		return strings.TrimSpace(kindWords(kind) + " " + strings.Join(describeBounds(schema), " and ")), false
	}
	if text, err := schema.String(); err == nil && text != "" {
		return text, true
	}
	return fmt.Sprint(schema), true
}

// describeBounds describes the constraints except the kind: in words if possible, otherwise in CUE.
func describeBounds(schema cue.Value) []string {
	op, args := schema.Expr()
	switch op {
	case cue.SelectorOp:
		if declared := cue.Dereference(schema); declared != schema {
			return describeBounds(declared)
		}
	case cue.AndOp:
		var result []string
		for _, each := range args {
			result = append(result, describeBounds(each)...)
		}
		return result
	case cue.RegexMatchOp:
		if pattern, err := args[0].String(); err == nil {
			return []string{"that matches " + pattern}
		}
	case cue.NotEqualOp:
		if text, err := args[0].String(); err == nil && text == "" {
			return []string{"that is not empty"}
		}
		return []string{fmt.Sprint(schema)}
	case cue.LessThanOp, cue.LessThanEqualOp, cue.GreaterThanOp, cue.GreaterThanEqualOp:
		return []string{fmt.Sprint(schema)}
	case cue.CallOp:
		return []string{callWords(fmt.Sprint(args[0]), args[1:])}
	}
	return nil
}

func callWords(function string, args []cue.Value) string {
	var texts []string
	for _, each := range args {
		texts = append(texts, fmt.Sprint(each))
	}
	all := strings.Join(texts, ", ")
	switch function {
	case "strings.MaxRunes":
		return "of at most " + all + " characters"
	case "strings.MinRunes":
		return "of at least " + all + " characters"
	case "list.MaxItems":
		return "of at most " + all + " items"
	case "list.MinItems":
		return "of at least " + all + " items"
	}
	return fmt.Sprintf("that satisfies %s(%s)", function, all)
}

// maxQuoted limits how many characters of a value a message quotes.
const maxQuoted = 60

// describeGiven describes a value that the user wrote: `the string "3"`, `1.5`, `an object`.
func describeGiven(value ast.Expr) string {
	switch node := value.(type) {
	case *ast.StructLit:
		return "an object"
	case *ast.ListLit:
		return "a list"
	case *ast.BasicLit:
		text := []rune(oneLine(node.Value))
		if len(text) > maxQuoted {
			text = append(text[:maxQuoted], '…')
		}
		return string(text)
	}
	text, err := format.Node(value)
	if err != nil {
		return "this"
	}
	return oneLine(string(text))
}

func oneLine(text string) string {
	return strings.Join(strings.Fields(text), " ")
}
