package main

import (
	"slices"
	"strings"

	"cuelang.org/go/cue"
	"cuelang.org/go/cue/ast"
	"cuelang.org/go/cue/errors"
)

// explainChoice reports why no branch of a disjunction matches: in one line if the branches are scalars, otherwise as the problems
// with the nearest branch.
func (x explainer) explainChoice(schema cue.Value, properties ast.Expr, at, path []string) []explained {
	schemas := schemasAt(schema, path)
	value := valueAt(properties, path)
	full := below(at, path...)
	if value == nil {
		return []explained{{Violation{full, requiredMessage(schemas)}, false}}
	}
	if object, ok := value.(*ast.StructLit); ok && x.depth <= maxDepth {
		for _, each := range schemas {
			if branches, others := embeddedChoice(each); len(branches) > 0 {
				return x.explainEmbedded(branches, others, object, full)
			}
		}
	}
	branch, invalid := x.nearestBranch(schemas, value)
	if invalid == nil || x.depth > maxDepth {
		return []explained{{Violation{full, x.conflict(schemas, value)}, false}}
	}
	return x.within(branch, partsOf(schemas)).explain(invalid, branch, value, full)
}

// within returns an explainer for errors of a declaration that is not the whole `parameter`: one of several branches, or a part.
func (x explainer) within(schema cue.Value, branches []cue.Value) explainer {
	return explainer{cue: x.cue, root: x.root, skip: len(schema.Path().Selectors()), depth: x.depth + 1, branches: branches}
}

// ofAllBranches returns the declarations of a field in all branches, if the field distinguishes them: `t: "a"` and `t: "b"`.
func (x explainer) ofAllBranches(schemas []cue.Value, path []string) []cue.Value {
	if len(x.branches) == 0 || len(path) != 1 || len(schemas) != 1 {
		return schemas
	}
	if _, isLiteral := shapeOf(schemas[0]); !isLiteral {
		return schemas
	}
	return childrenOf(x.branches, path[0])
}

// explainEmbedded reports the problems of an object whose declaration embeds a disjunction, such as `{(#A | #B), size: int}`. The
// fields of the other parts are compared with these parts, all other fields with the nearest branch.
func (x explainer) explainEmbedded(branches, others []cue.Value, value *ast.StructLit, at []string) []explained {
	shared := fieldsOf(others)
	var branch cue.Value
	var invalid error
	best := -1
	for _, each := range branches {
		errors := each.Unify(x.cue.BuildExpr(without(value, shared))).Validate(cue.Concrete(true), cue.Final(), cue.All())
		score := 0
		if errors != nil {
			score = distanceOf(errors)
		}
		if best < 0 || score < best {
			branch, invalid, best = each, errors, score
		}
	}
	var result []explained
	if invalid != nil {
		inner := x.within(branch, branches)
		inner.beside = others
		result = inner.explain(invalid, branch, without(value, shared), at)
	}
	for _, each := range others {
		own := only(value, fieldsOf([]cue.Value{each}))
		if problems := each.Unify(x.cue.BuildExpr(own)).Validate(cue.Concrete(true), cue.Final(), cue.All()); problems != nil {
			result = append(result, x.within(each, nil).explain(problems, each, own, at)...)
		}
	}
	if len(result) == 0 {
		result = append(result, explained{Violation{at, "matches more than one alternative: add the fields that only one of them has"}, false})
	}
	return result
}

func without(value *ast.StructLit, names []string) *ast.StructLit {
	return filtered(value, func(name string) bool { return !slices.Contains(names, name) })
}

func only(value *ast.StructLit, names []string) *ast.StructLit {
	return filtered(value, func(name string) bool { return slices.Contains(names, name) })
}

func filtered(value *ast.StructLit, keep func(name string) bool) *ast.StructLit {
	result := &ast.StructLit{}
	for _, declaration := range value.Elts {
		if field, ok := declaration.(*ast.Field); ok && keep(labelOf(field)) {
			result.Elts = append(result.Elts, field)
		}
	}
	return result
}

// nearestBranch returns the branch of the same kind as the value (object or list) with the fewest conflicts, and its errors. The
// errors are nil if there is no such branch.
func (x explainer) nearestBranch(schemas []cue.Value, value ast.Expr) (best cue.Value, bestErrors error) {
	compiled := x.cue.BuildExpr(value)
	kind := compiled.IncompleteKind()
	if kind != cue.StructKind && kind != cue.ListKind {
		return best, nil
	}
	bestScore := 0
	for _, schema := range schemas {
		branches := alternatives(schema)
		for _, branch := range branches {
			// A branch that is a disjunction itself is skipped, because its errors would be explained by explainChoice again.
			if branch.IncompleteKind() != kind {
				continue
			}
			invalid := branch.Unify(compiled).Validate(cue.Concrete(true), cue.Final(), cue.All())
			if invalid == nil {
				continue
			}
			if score := distanceOf(invalid); bestErrors == nil || score < bestScore {
				best, bestErrors, bestScore = branch, invalid, score
			}
		}
	}
	return best, bestErrors
}

// distanceOf counts errors. A conflict between two literals counts most, because literals distinguish the branches of a union.
func distanceOf(invalid error) int {
	score := 0
	for _, each := range errors.Errors(invalid) {
		format, _ := each.Msg()
		switch {
		case format == "conflicting values %s and %s":
			score += 10
		case strings.HasPrefix(format, "incompatible list lengths"):
			score += 5
		default:
			score++
		}
	}
	return score
}
