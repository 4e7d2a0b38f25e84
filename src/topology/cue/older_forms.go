package main

import (
	"fmt"
	"regexp"
	"strings"

	"cuelang.org/go/cue/ast"
	"cuelang.org/go/cue/format"
	"cuelang.org/go/cue/token"
)

// packages are the builtin packages of CUE that templates use, by the name that they have in a template.
var packages = map[string]string{
	"base64":   "encoding/base64",
	"hex":      "encoding/hex",
	"json":     "encoding/json",
	"list":     "list",
	"math":     "math",
	"net":      "net",
	"path":     "path",
	"regexp":   "regexp",
	"sha256":   "crypto/sha256",
	"strconv":  "strconv",
	"strings":  "strings",
	"struct":   "struct",
	"template": "text/template",
	"time":     "time",
	"yaml":     "encoding/yaml",
}

// importAdvice names the import that is missing.
func importAdvice(args []any) string {
	if len(args) == 0 {
		return ""
	}
	path, ok := packages[fmt.Sprint(args[0])]
	if !ok {
		return ""
	}
	return fmt.Sprintf("add the line: import %q", path)
}

// olderForm says how the CUE of this version expresses what older versions wrote in another way.
func olderForm(text string, file *ast.File, message string, at token.Pos) string {
	switch {
	case strings.HasPrefix(message, "Addition of lists"):
		return concatenation(file, at)
	case strings.HasPrefix(message, "Multiplication of lists"):
		return repetition(file, at)
	case strings.HasPrefix(message, "cannot call non-function") && strings.HasPrefix(text[min(at.Offset(), len(text)):], "_|_("):
		return `write error("…") instead of _|_("…")`
	case strings.HasPrefix(message, "builtin package") && strings.Contains(lineOf(text, at), `"vela/`):
		return "packages of KubeVela workflows do not exist here: a topology only computes objects"
	}
	line := lineOf(text, at)
	for _, each := range olderSyntax {
		if strings.HasPrefix(message, each.message) && each.pattern.MatchString(line) {
			return each.advice
		}
	}
	return ""
}

// olderSyntax lists forms that do not parse any more: the message of CUE, the line, and the form to write instead.
var olderSyntax = []struct {
	message string
	pattern *regexp.Regexp
	advice  string
}{
	{"expected %s, found '%s'", regexp.MustCompile(`<\w+>\s*:`), "write [NAME=string]: instead of <NAME>:"},
	{"expected %s, found '%s'", regexp.MustCompile(`^\s*\w+\s*::`), "a definition has the name #NAME: write #NAME: instead of NAME ::"},
	{"expected %s, found '%s'", regexp.MustCompile(`\[[^\]]*\sfor\s`), "write [for x in LIST {VALUE}] instead of [VALUE for x in LIST]"},
	{"missing ',' in %s", regexp.MustCompile(`\{[^}]*\sfor\s`), "write {for x in LIST {KEY: VALUE}} instead of {KEY: VALUE for x in LIST}"},
	{"missing ',' in %s", regexp.MustCompile(`\s(div|mod|quo|rem)\s`), "write div(a, b), mod(a, b), quo(a, b) or rem(a, b)"},
	{"illegal character", regexp.MustCompile("`"), "write double quotes instead of backquotes"},
	{"illegal integer number", regexp.MustCompile(`\b0[0-7]+\b`), "write an octal number as 0o644"},
}

func lineOf(text string, at token.Pos) string {
	lines := strings.Split(text, "\n")
	if number := at.Line(); number >= 1 && number <= len(lines) {
		return lines[number-1]
	}
	return ""
}

func concatenation(file *ast.File, at token.Pos) string {
	sum, ok := nodeAt(file, at, func(node *ast.BinaryExpr) bool { return node.Op == token.ADD })
	if !ok {
		return ""
	}
	var operands []string
	for _, each := range summands(sum) {
		operands = append(operands, sourceOf(each))
	}
	return fmt.Sprintf("write list.Concat([%s])%s", strings.Join(operands, ", "), withImport(file, "list"))
}

func summands(value ast.Expr) []ast.Expr {
	if sum, ok := value.(*ast.BinaryExpr); ok && sum.Op == token.ADD {
		return append(summands(sum.X), summands(sum.Y)...)
	}
	return []ast.Expr{value}
}

func repetition(file *ast.File, at token.Pos) string {
	product, ok := nodeAt(file, at, func(node *ast.BinaryExpr) bool { return node.Op == token.MUL })
	if !ok {
		return ""
	}
	list, count := product.X, product.Y
	_, countFirst := list.(*ast.BasicLit)
	_, listLast := count.(*ast.ListLit)
	if countFirst || listLast {
		list, count = count, list
	}
	return fmt.Sprintf("write list.Repeat(%s, %s)%s", sourceOf(list), sourceOf(count), withImport(file, "list"))
}

func sourceOf(value ast.Expr) string {
	text, err := format.Node(value)
	if err != nil {
		return "…"
	}
	return oneLine(string(text))
}

// withImport says that a package must be imported, if it is not.
func withImport(file *ast.File, path string) string {
	for spec := range file.ImportSpecs() {
		if unquote(spec.Path.Value) == path {
			return ""
		}
	}
	return fmt.Sprintf(", and add the line: import %q", path)
}
