package main

import (
	stdjson "encoding/json"
	"fmt"
	"maps"
	"slices"
	"strings"

	"cuelang.org/go/cue/ast"
	"cuelang.org/go/cue/token"
)

const (
	noWorkflow = "mooring has no workflows"
	noPolicies = "a topology gets its own properties only, as `parameter`"
)

// unavailable says why fields of KubeVela's context do not exist here.
var unavailable = map[string]string{
	"cluster":        "the objects are rendered once for all clusters",
	"clusterVersion": "the objects are rendered once for all clusters, and their versions may differ",
	"workflowName":   noWorkflow,
	"stepName":       noWorkflow,
	"appWorkflow":    noWorkflow,
	"publishVersion": "a deployment has no version of its own: use context.appRevision",
	"replicaKey":     "mooring does not replicate components",
	"revision":       "components have no revisions of their own: use context.appRevision",
	"componentType":  "a topology renders all components at once: use context.components",
	"appComponents":  "use context.components, which contains the overrides of the Environment",
	"appPolicies":    noPolicies,
	"policyName":     noPolicies,
	"policyType":     noPolicies,
	"output":         "a topology refers to its own objects as `output` and `outputs`",
	"outputs":        "a topology refers to its own objects as `output` and `outputs`",
	"artifacts":      "a topology sees no objects of the clusters",
	"custom":         "no other template adds data to the context",
}

// contextAdvice explains a reference to a field that `context` does not have.
func (t *Topology) contextAdvice(file *ast.File, at token.Pos) string {
	name := fieldOfContext(file, at)
	if name == "" {
		return ""
	}
	if reason, ok := unavailable[name]; ok {
		return fmt.Sprintf("context has no %s: %s", name, reason)
	}
	var context map[string]stdjson.RawMessage
	if err := stdjson.Unmarshal(t.request.Context, &context); err != nil {
		return ""
	}
	names := slices.Sorted(maps.Keys(context))
	if similar := nearest(name, names); similar != "" {
		return fmt.Sprintf("did you mean context.%s?", similar)
	}
	return "context has " + strings.Join(names, ", ")
}

// fieldOfContext returns the field that is selected from `context` at a position, "" if something else is there.
func fieldOfContext(file *ast.File, at token.Pos) string {
	name := ""
	ast.Walk(file, func(node ast.Node) bool {
		selector, ok := node.(*ast.SelectorExpr)
		if !ok || selector.Sel.Pos().Offset() != at.Offset() {
			return true
		}
		if of, ok := selector.X.(*ast.Ident); ok && of.Name == "context" {
			name, _, _ = ast.LabelName(selector.Sel)
		}
		return true
	}, nil)
	return name
}
