package main

import (
	"fmt"
	"strings"

	"cuelang.org/go/cue"
	"cuelang.org/go/cue/ast"
	"cuelang.org/go/cue/errors"
)

// explained is a violation, and whether its whole field must be removed to find further problems.
type explained struct {
	Violation
	remove bool
}

// explainer converts errors of CUE into messages that a user can act on. It knows the error formats of the CUE version in go.mod; an
// error of an unknown format is reported unchanged.
type explainer struct {
	cue *cue.Context
	// root is the declaration of the whole `parameter`.
	root cue.Value
	// skip is the number of path segments that lead to the explained value.
	skip int
	// depth is the number of enclosing disjunctions.
	depth int
}

const (
	emptyDisjunction = "%d errors in empty disjunction:"
	// authorMessage is the format of `error("…")`.
	authorMessage = "%s"
)

// explain explains the errors of the value at the path `at`: schema is its declaration, properties is the value that the user wrote.
func (x explainer) explain(invalid error, schema cue.Value, properties ast.Expr, at []string) []explained {
	var result []explained
	all := errors.Errors(invalid)
	for i := 0; i < len(all) && len(result) < maxViolations; i++ {
		path := inside(all[i].Path(), x.skip)
		format, _ := all[i].Msg()
		if format != emptyDisjunction {
			result = append(result, x.explainOne(all[i], schema, properties, at, path))
			continue
		}
		for i+1 < len(all) && isBelow(inside(all[i+1].Path(), x.skip), path) {
			i++
		}
		result = append(result, x.explainChoice(schema, properties, at, path)...)
	}
	return result
}

func (x explainer) explainOne(err errors.Error, schema cue.Value, properties ast.Expr, at, path []string) explained {
	format, args := err.Msg()
	schemas := schemasAt(schema, path)
	value := valueAt(properties, path)
	full := below(at, path...)
	switch {
	case format == "field not allowed":
		path = path[:undeclared(schema, path)]
		return explained{Violation{below(at, path...), x.notAllowed(schema, at, path)}, true}
	case value == nil && (strings.HasPrefix(format, "incomplete value") || strings.HasPrefix(format, "field is required")):
		return explained{Violation{full, "is required: " + describeExpected(schemas)}, false}
	case strings.HasPrefix(format, "incompatible list lengths"):
		if list, ok := value.(*ast.ListLit); ok && len(args) == 2 {
			return explained{Violation{full, lengthMessage(len(list.Elts), args, schemas)}, false}
		}
	case value != nil && len(schemas) > 0 && (strings.HasPrefix(format, "conflicting values") || strings.HasPrefix(format, "invalid value")):
		return explained{Violation{full, x.conflict(schemas, value)}, false}
	}
	// A field that the template rejects with its own message must be removed as a whole.
	return explained{Violation{full, withoutPath(err)}, format == authorMessage}
}

// undeclared returns the length of the shortest prefix of a path that is not declared. CUE reports each field below such a prefix.
func undeclared(schema cue.Value, path []string) int {
	for length := 1; length < len(path); length++ {
		if len(schemasAt(schema, path[:length])) == 0 {
			return length
		}
	}
	return len(path)
}

func withoutPath(err errors.Error) string {
	message := oneLine(err.Error())
	if path := strings.Join(err.Path(), "."); path != "" {
		message = strings.TrimPrefix(message, path+": ")
	}
	return message
}

func below(at []string, path ...string) []string {
	return append(append([]string{}, at...), path...)
}

func (x explainer) conflict(schemas []cue.Value, value ast.Expr) string {
	want, have := describeExpected(schemas), describeGiven(value)
	if literal, ok := value.(*ast.BasicLit); ok && strings.HasPrefix(literal.Value, `"`) && !strings.HasPrefix(want, "one of") {
		have = "the string " + have
	}
	if list, ok := value.(*ast.ListLit); ok && strings.HasSuffix(want, " items") {
		have = fmt.Sprintf("a list of %d", len(list.Elts))
	}
	return fmt.Sprintf("must be %s, not %s", want, have)
}

// notAllowed suggests a field that the user may have meant: a similar name at the same level, or the path where this name is declared.
func (x explainer) notAllowed(schema cue.Value, at, path []string) string {
	if words := refusal(schema, path); words != "" {
		return words
	}
	name := path[len(path)-1]
	allowed := fieldsOf(schemasAt(schema, path[:len(path)-1]))
	if similar := nearest(name, allowed); similar != "" {
		return fmt.Sprintf("is not a field here: did you mean %s?", similar)
	}
	if elsewhere := findElsewhere(x.root, name); elsewhere != "" && elsewhere != strings.Join(below(at, path...), ".") {
		return fmt.Sprintf("is not a field here: did you mean %s?", elsewhere)
	}
	if len(allowed) == 0 {
		return "is not a field here"
	}
	return "is not a field here: use one of " + strings.Join(allowed, ", ")
}

func lengthMessage(have int, args []any, schemas []cue.Value) string {
	want := args[0]
	if want == have {
		want = args[1]
	}
	for _, schema := range schemas {
		if schema.LookupPath(cue.MakePath(cue.AnyIndex)).Exists() {
			return fmt.Sprintf("must have %v or more items, not %d", want, have)
		}
	}
	return fmt.Sprintf("must have exactly this many items: %v, not %d", want, have)
}

func inside(path []string, skip int) []string {
	result := []string{}
	for _, segment := range path[min(skip, len(path)):] {
		result = append(result, unquote(segment))
	}
	return result
}

func isBelow(path, ancestor []string) bool {
	return len(path) >= len(ancestor) && strings.Join(path[:len(ancestor)], "\x00") == strings.Join(ancestor, "\x00")
}
