package main

import (
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
		return []explained{{Violation{full, "is required: " + describeExpected(schemas)}, false}}
	}
	branch, invalid := x.nearestBranch(schemas, value)
	if invalid == nil || x.depth > maxDepth {
		return []explained{{Violation{full, x.conflict(schemas, value)}, false}}
	}
	return explainer{x.cue, x.root, len(branch.Path().Selectors()), x.depth + 1}.explain(invalid, branch, value, full)
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
