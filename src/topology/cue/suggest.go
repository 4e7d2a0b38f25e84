package main

import (
	"strings"

	"cuelang.org/go/cue"
)

// nearest returns the most similar name, if at most a third of its letters differ; otherwise "".
func nearest(name string, allowed []string) string {
	best, bestDistance := "", len([]rune(name))/3+1
	for _, candidate := range allowed {
		distance := editDistance(strings.ToLower(name), strings.ToLower(candidate))
		if distance < bestDistance {
			best, bestDistance = candidate, distance
		}
	}
	return best
}

// editDistance counts inserted, deleted and replaced letters (Levenshtein), and a swap of adjacent letters as one.
func editDistance(a, b string) int {
	from, to := []rune(a), []rune(b)
	if len(from) > 100 || len(to) > 100 {
		return 100
	}
	rows := make([][]int, len(from)+1)
	for i := range rows {
		rows[i] = make([]int, len(to)+1)
		rows[i][0] = i
	}
	for j := range rows[0] {
		rows[0][j] = j
	}
	for i := 1; i <= len(from); i++ {
		for j := 1; j <= len(to); j++ {
			cost := 1
			if from[i-1] == to[j-1] {
				cost = 0
			}
			rows[i][j] = min(rows[i-1][j]+1, rows[i][j-1]+1, rows[i-1][j-1]+cost)
			if i > 1 && j > 1 && from[i-1] == to[j-2] && from[i-2] == to[j-1] {
				rows[i][j] = min(rows[i][j], rows[i-2][j-2]+1)
			}
		}
	}
	return rows[len(from)][len(to)]
}

// maxDepth limits the search for a field with the same name at other paths, and the nesting of disjunctions that are explained.
// The deepest field of OCM is 8 levels deep.
const maxDepth = 6

// maxVisited limits how many declarations are searched for a field: a definition that refers to itself has any number.
const maxVisited = 500

// findElsewhere returns the shortest path of a field with exactly this name, "" if there is no such field.
func findElsewhere(schema cue.Value, name string) string {
	type located struct {
		path  []string
		value cue.Value
	}
	level := []located{{nil, schema}}
	visited := 0
	for range maxDepth {
		var next []located
		for _, each := range level {
			if visited++; visited > maxVisited {
				return ""
			}
			for _, field := range fieldsOf([]cue.Value{each.value}) {
				path := below(each.path, field)
				if field == name {
					return strings.Join(path, ".")
				}
				for _, child := range schemasAt(each.value, []string{field}) {
					next = append(next, located{path, child})
				}
			}
		}
		level = next
	}
	return ""
}
