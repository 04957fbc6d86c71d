package odata

import (
	"slices"
	"strings"
)

const (
	// maxLength and maxDepth limit filters far above what the URLs of real clients
	// contain.
	maxLength = 16 << 10
	maxDepth  = 50
)

// Parse parses a filter. Its errors are *Error.
func Parse(filter string) (Expr, error) {
	if len(filter) > maxLength {
		return nil, &Error{maxLength, "The filter is too long"}
	}
	tokens, err := lex(filter)
	if err != nil {
		return nil, err
	}
	p := &parser{tokens: tokens}
	e, err := p.or()
	if err != nil {
		return nil, err
	}
	if p.peek().kind != tokEnd {
		return nil, p.unexpected()
	}
	return e, nil
}

type parser struct {
	tokens   []token
	at       int
	depth    int
	variable string // of the current any, or empty
}

func (p *parser) peek() token { return p.tokens[p.at] }

func (p *parser) next() token {
	t := p.tokens[p.at]
	if t.kind != tokEnd {
		p.at++
	}
	return t
}

func (p *parser) unexpected() error { return &Error{p.peek().at, "Syntax error"} }

// word consumes a keyword, in any case: Microsoft's examples write NOT.
func (p *parser) word(w string) bool {
	if t := p.peek(); t.kind == tokWord && strings.EqualFold(t.text, w) {
		p.at++
		return true
	}
	return false
}

func (p *parser) expect(k tokenKind) error {
	if p.peek().kind != k {
		return p.unexpected()
	}
	p.at++
	return nil
}

func (p *parser) or() (Expr, error) {
	left, err := p.and()
	for err == nil && p.word("or") {
		var right Expr
		right, err = p.and()
		left = Or{left, right}
	}
	return left, err
}

func (p *parser) and() (Expr, error) {
	left, err := p.unary()
	for err == nil && p.word("and") {
		var right Expr
		right, err = p.unary()
		left = And{left, right}
	}
	return left, err
}

func (p *parser) unary() (Expr, error) {
	p.depth++
	defer func() { p.depth-- }()
	if p.depth > maxDepth {
		return nil, &Error{p.peek().at, "The filter is nested too deeply"}
	}
	if p.word("not") {
		inner, err := p.unary()
		return Not{inner}, err
	}
	if p.peek().kind == tokOpen {
		return p.group()
	}
	return p.term()
}

func (p *parser) group() (Expr, error) {
	p.next()
	inner, err := p.or()
	if err != nil {
		return nil, err
	}
	return inner, p.expect(tokClose)
}

// term parses a comparison, a function or an any.
func (p *parser) term() (Expr, error) {
	t := p.next()
	if t.kind != tokWord {
		p.back(t)
		return nil, p.unexpected()
	}
	if p.peek().kind == tokOpen {
		if path, isAny := strings.CutSuffix(t.text, "/any"); isAny {
			return p.any(path)
		}
		return p.call(strings.ToLower(t.text))
	}
	return p.comparison(p.path(t.text))
}

// path splits a property path and removes the variable of the current any.
func (p *parser) path(text string) Path {
	steps := strings.Split(text, "/")
	if p.variable != "" && steps[0] == p.variable {
		steps = steps[1:]
	}
	return steps
}

func (p *parser) comparison(path Path) (Expr, error) {
	if p.word("in") {
		values, err := p.list()
		return In{path, values}, err
	}
	t := p.next()
	op := strings.ToLower(t.text)
	if t.kind != tokWord || !slices.Contains([]string{"eq", "ne", "gt", "ge", "lt", "le"}, op) {
		p.back(t)
		return nil, p.unexpected()
	}
	value, err := p.literal()
	return Compare{path, op, value}, err
}

// back undoes next.
func (p *parser) back(t token) {
	if t.kind != tokEnd {
		p.at--
	}
}

func (p *parser) literal() (literal, error) {
	t := p.next()
	if t.kind != tokLiteral {
		p.back(t)
		return literal{}, p.unexpected()
	}
	return t.lit, nil
}

func (p *parser) list() ([]literal, error) {
	if err := p.expect(tokOpen); err != nil {
		return nil, err
	}
	var values []literal
	for {
		v, err := p.literal()
		if err != nil {
			return nil, err
		}
		values = append(values, v)
		if p.peek().kind != tokComma {
			return values, p.expect(tokClose)
		}
		p.next()
	}
}

func (p *parser) call(name string) (Expr, error) {
	p.next()
	t := p.next()
	if t.kind != tokWord {
		p.back(t)
		return nil, p.unexpected()
	}
	if err := p.expect(tokComma); err != nil {
		return nil, err
	}
	value, err := p.literal()
	if err != nil {
		return nil, err
	}
	return Call{name, p.path(t.text), value}, p.expect(tokClose)
}

// any parses "(v: condition)" or "()" after the path of a collection.
func (p *parser) any(path string) (Expr, error) {
	p.next()
	out := Any{Path: p.path(path)}
	if p.peek().kind == tokClose {
		p.next()
		return out, nil
	}
	v := p.next()
	if v.kind != tokWord || strings.Contains(v.text, "/") || p.variable != "" {
		p.back(v)
		return nil, p.unexpected()
	}
	if err := p.expect(tokColon); err != nil {
		return nil, err
	}
	p.variable = v.text
	body, err := p.or()
	p.variable = ""
	if err != nil {
		return nil, err
	}
	out.Body = body
	return out, p.expect(tokClose)
}
