package main

import (
	"strings"

	"cuelang.org/go/cue/ast"
	"cuelang.org/go/cue/parser"
	"cuelang.org/go/cue/token"
)

// mayHaveBody reports whether a text may have a field `template`. Most have none and need not be parsed twice. A regular expression
// would take a tenth of the time of a render.
func mayHaveBody(text string) bool {
	for rest := text; ; {
		index := strings.Index(rest, "template")
		if index < 0 {
			return false
		}
		isWord := index > 0 && isWordCharacter(rest[index-1])
		rest = rest[index+len("template"):]
		after := strings.TrimLeft(strings.TrimPrefix(rest, `"`), " \t\r\n\f\v")
		if !isWord && strings.HasPrefix(after, ":") {
			return true
		}
	}
}

func isWordCharacter(letter byte) bool {
	return letter == '_' || letter >= '0' && letter <= '9' || letter >= 'a' && letter <= 'z' || letter >= 'A' && letter <= 'Z'
}

// shortForm returns a template without the header of a KubeVela definition. A definition file has a header
// (`"name": {type: "policy", …}`) and the body in a field `template`. Both are replaced by spaces as far as they are not the body, so
// that errors keep their lines and columns. Every other text is returned unchanged.
func shortForm(text string) string {
	if !mayHaveBody(text) {
		return text
	}
	file, err := parser.ParseFile("template", text)
	if err != nil {
		return text
	}
	var headers, bodies []*ast.Field
	for _, declaration := range file.Decls {
		field, ok := declaration.(*ast.Field)
		if !ok {
			continue
		}
		literal, ok := field.Value.(*ast.StructLit)
		switch name := labelOf(field); {
		case name == "output" || name == "outputs" || name == "parameter":
			return text
		case name == "template" && ok:
			bodies = append(bodies, field)
		case ok && isHeader(literal):
			headers = append(headers, field)
		}
	}
	if len(headers) != 1 || len(bodies) == 0 {
		return text
	}
	bytes := []byte(text)
	blank(bytes, headers[0].Pos(), headers[0].End())
	blankComma(bytes, headers[0].End())
	for _, body := range bodies {
		literal := body.Value.(*ast.StructLit)
		if !literal.Lbrace.IsValid() {
			blank(bytes, body.Pos(), literal.Pos())
			continue
		}
		blank(bytes, body.Pos(), literal.Lbrace.Add(1))
		blank(bytes, literal.Rbrace, literal.Rbrace.Add(1))
		blankComma(bytes, literal.Rbrace.Add(1))
	}
	return string(bytes)
}

// isHeader reports whether a struct has the fields of the header of a definition.
func isHeader(literal *ast.StructLit) bool {
	for _, declaration := range literal.Elts {
		field, ok := declaration.(*ast.Field)
		if !ok {
			continue
		}
		if name := labelOf(field); name == "type" || name == "attributes" {
			return true
		}
	}
	return false
}

func blank(text []byte, from, to token.Pos) {
	for i := from.Offset(); i < min(to.Offset(), len(text)); i++ {
		if text[i] != '\n' {
			text[i] = ' '
		}
	}
}

func blankComma(text []byte, at token.Pos) {
	for i := at.Offset(); i < len(text); i++ {
		switch text[i] {
		case ' ', '\t':
		case ',':
			text[i] = ' '
			return
		default:
			return
		}
	}
}
