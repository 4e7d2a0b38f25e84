package main

import (
	"strings"

	"cuelang.org/go/cue"
	"cuelang.org/go/cue/ast"
	"cuelang.org/go/cue/errors"
)

// explainChoice says why no branch of a disjunction fits: in one line where the branches are scalars, else by what is
// wrong with the branch that comes nearest.
func (x explainer) explainChoice(schema cue.Value, properties ast.Expr, at, path []string) []explained {
	schemas := schemasAt(schema, path)
	value := valueAt(properties, path)
	full := below(at, path...)
	if value == nil {
		return []explained{{Violation{full, "is required: " + wanted(schemas)}, false}}
	}
	branch, invalid := x.nearestBranch(schemas, value)
	if invalid == nil || x.depth > maxDepth {
		return []explained{{Violation{full, x.conflict(schemas, value)}, false}}
	}
	return explainer{x.cue, x.root, len(branch.Path().Selectors()), x.depth + 1}.explain(invalid, branch, value, full)
}

// nearestBranch is the branch of the user's own kind (object or list) with the fewest conflicts, nil errors for none.
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
			// A branch that is a choice itself would only lead back here.
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

// distanceOf counts errors; two different literals weigh most, as they tell the branches of a union apart.
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
