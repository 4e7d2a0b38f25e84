package main

import (
	"fmt"

	"cuelang.org/go/cue/ast"
	"cuelang.org/go/cue/errors"
	"cuelang.org/go/cue/parser"
	"cuelang.org/go/cue/token"
)

// inTemplate converts errors of a template into violations that start with the line in the template.
func (t *Topology) inTemplate(err error) []Violation {
	var violations []Violation
	for _, each := range errors.Errors(err) {
		message := oneLine(each.Error())
		for _, position := range errors.Positions(each) {
			if position.Filename() == "template" {
				message = fmt.Sprintf("line %d: %s%s", position.Line(), message, t.advice(each, position))
				break
			}
		}
		violations = append(violations, Violation{Path: []string{}, Message: message})
	}
	return unique(violations)
}

// advice returns `; ` and what to write instead of what CUE reports at a position of the template, "" if that is not known.
func (t *Topology) advice(err errors.Error, at token.Pos) string {
	// The file is incomplete if it does not parse.
	file, _ := parser.ParseFile("template", t.request.Template)
	format, args := err.Msg()
	var text string
	switch format {
	case "undefined field: %s":
		text = t.contextAdvice(file, at)
	case "reference %q not found":
		text = importAdvice(args)
	default:
		text = olderForm(t.request.Template, file, format, at)
	}
	if text == "" {
		return ""
	}
	return "; " + text
}

// nodeAt returns the outermost node of a kind that starts at a position and satisfies the condition.
func nodeAt[N ast.Node](file *ast.File, at token.Pos, accept func(N) bool) (found N, ok bool) {
	if file == nil {
		return found, false
	}
	ast.Walk(file, func(node ast.Node) bool {
		typed, is := node.(N)
		if !ok && is && node.Pos().IsValid() && node.Pos().Offset() == at.Offset() && accept(typed) {
			found, ok = typed, true
		}
		return !ok
	}, nil)
	return found, ok
}
