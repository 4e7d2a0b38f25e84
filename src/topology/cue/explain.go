package main

import (
	"fmt"
	"slices"
	"strconv"
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
	// given is the `parameter` with the properties, which has the fields of `if` clauses. It is not set below a disjunction.
	given *cue.Value
	// beside are further declarations of the explained value, in a struct that embeds a disjunction.
	beside []cue.Value
	// branches are all branches of the disjunction of which the explained value is one.
	branches []cue.Value
}

const (
	emptyDisjunction = "%d errors in empty disjunction:"
	// authorMessage is the format of `error("…")`.
	authorMessage = "%s"
	// rejectedField is the message of a field that is declared as `_|_`.
	rejectedField = "explicit error (_|_ literal) in source"
)

// explain explains the errors of the value at the path `at`: schema is its declaration, properties is the value that the user wrote.
func (x explainer) explain(invalid error, schema cue.Value, properties ast.Expr, at []string) []explained {
	var result []explained
	all := errors.Errors(invalid)
	for i := 0; i < len(all) && len(result) < maxViolations; i++ {
		path := inside(all[i].Path(), x.skip)
		format, _ := all[i].Msg()
		_, isObject := valueAt(properties, path).(*ast.StructLit)
		isUndecided := isObject && strings.HasPrefix(format, "incomplete value")
		if format != emptyDisjunction && !isUndecided {
			result = append(result, x.explainOne(all[i], schema, properties, at, path)...)
			continue
		}
		for i+1 < len(all) && isBelow(inside(all[i+1].Path(), x.skip), path) {
			i++
		}
		result = append(result, x.explainChoice(schema, properties, at, path)...)
	}
	return result
}

func (x explainer) explainOne(err errors.Error, schema cue.Value, properties ast.Expr, at, path []string) []explained {
	format, args := err.Msg()
	schemas := x.declarationsAt(schema, path)
	value := valueAt(properties, path)
	full := below(at, path...)
	one := func(message string, remove bool) []explained {
		return []explained{{Violation{full, message}, remove}}
	}
	switch {
	case format == "field not allowed":
		path = path[:undeclared(schema, path)]
		full = below(at, path...)
		return one(x.notAllowed(schema, properties, at, path), true)
	case format == rejectedField:
		return x.rejected(err, schemas, value, full)
	case value == nil && (strings.HasPrefix(format, "incomplete value") || strings.HasPrefix(format, "field is required")):
		if isComputed(properties, path) {
			return nil
		}
		return one(requiredMessage(schemas), false)
	case strings.HasPrefix(format, "incompatible list lengths"):
		if list, ok := value.(*ast.ListLit); ok && len(args) == 2 {
			return one(lengthMessage(len(list.Elts), args, schemas), false)
		}
	case value != nil && len(schemas) == 0 && strings.HasPrefix(format, "conflicting values %s and %s (mismatched types"):
		return one(fmt.Sprintf("must be %s, not %s", otherType(args), describeGiven(value)), false)
	case value != nil && len(schemas) > 0 && (strings.HasPrefix(format, "conflicting values") || strings.HasPrefix(format, "invalid value")):
		return one(x.conflict(x.ofAllBranches(schemas, path), value), false)
	}
	// A field that the template rejects with its own message must be removed as a whole.
	return one(withoutPath(err), format == authorMessage)
}

// declarationsAt returns the declarations that can apply at a path. An `if` clause may declare a field only with these properties.
func (x explainer) declarationsAt(schema cue.Value, path []string) []cue.Value {
	schemas := schemasAt(schema, path)
	if len(schemas) == 0 && x.given != nil {
		return schemasAt(*x.given, path)
	}
	return schemas
}

// rejected reports the fields that a declaration only has to reject them. CUE reports the object that has such a field.
func (x explainer) rejected(err errors.Error, schemas []cue.Value, value ast.Expr, full []string) []explained {
	var result []explained
	for _, path := range forbidden(schemas, value) {
		result = append(result, explained{Violation{below(full, path...), "is not allowed here"}, true})
	}
	if len(result) == 0 {
		result = append(result, explained{Violation{full, withoutPath(err)}, false})
	}
	return result
}

// isComputed reports whether a path leads through a list that the properties do not have: the template computes its items.
func isComputed(properties ast.Expr, path []string) bool {
	for length, segment := range path {
		if _, err := strconv.Atoi(segment); err != nil {
			continue
		}
		if valueAt(properties, path[:length]) == nil {
			return true
		}
	}
	return false
}

// otherType describes the type that the template expects, from the arguments of "conflicting values": two values and their types.
// The value that the user wrote is concrete, the other one may be a type.
func otherType(args []any) string {
	expected := fmt.Sprint(args[0])
	if slices.ContainsFunc(kinds, func(each kindName) bool { return each.kind.String() == fmt.Sprint(args[1]) }) {
		expected = fmt.Sprint(args[1])
	}
	for _, each := range kinds {
		if each.kind.String() == expected {
			return each.words
		}
	}
	return expected
}

func requiredMessage(schemas []cue.Value) string {
	if expected := describeExpected(schemas); expected != "" {
		return "is required: " + expected
	}
	return "is required"
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
	if want == have {
		// The kind fits, and the alternatives are nested too deep to be explained.
		return "matches none of the alternatives"
	}
	return fmt.Sprintf("must be %s, not %s", want, have)
}

// notAllowed suggests a field that the user may have meant: a similar name at the same level, or the path where this name is declared.
func (x explainer) notAllowed(schema cue.Value, properties ast.Expr, at, path []string) string {
	if words := refusal(schema, path); words != "" {
		return words
	}
	name := path[len(path)-1]
	parent := path[:len(path)-1]
	allowed := fieldsOf(schemasAt(schema, parent))
	if len(parent) == 0 {
		allowed = append(allowed, fieldsOf(x.beside)...)
	}
	allowed = append(allowed, x.conditionalFields(properties, parent, allowed)...)
	if similar := nearest(name, allowed); similar != "" {
		return fmt.Sprintf("is not a field here: did you mean %s?", similar)
	}
	if elsewhere := findElsewhere(x.root, name); elsewhere != "" && elsewhere != strings.Join(below(at, path...), ".") {
		return fmt.Sprintf("is not a field here: did you mean %s?", elsewhere)
	}
	if len(allowed) == 0 {
		return "is not a field here"
	}
	return "is not a field here: use one of " + strings.Join(allowed, ", ") + originOf(schemasAt(schema, parent))
}

// originOf says which API has the fields of a declaration, if it has the attribute `@fields("OCM 1.3")`.
func originOf(schemas []cue.Value) string {
	for _, each := range schemas {
		for _, attribute := range append(each.Attributes(cue.DeclAttr), cue.Dereference(each).Attributes(cue.DeclAttr)...) {
			if name, err := attribute.String(0); err == nil && attribute.Name() == "fields" {
				return fmt.Sprintf(" (the fields of %s)", name)
			}
		}
	}
	return ""
}

// conditionalFields returns the fields that `if` clauses add for these properties, without those that the user wrote.
func (x explainer) conditionalFields(properties ast.Expr, path, declared []string) []string {
	if x.given == nil {
		return nil
	}
	var names []string
	for _, name := range fieldsOf(schemasAt(*x.given, path)) {
		if !slices.Contains(declared, name) && valueAt(properties, below(path, name)) == nil {
			names = append(names, name)
		}
	}
	return names
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
