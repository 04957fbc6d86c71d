// Package odata parses the part of OData's filter language that Microsoft Graph supports
// for directory objects and logs: comparisons, in, startswith and endswith, any over
// collections, $count of collections, and, or, not. It does not know any properties;
// callers decide what can be filtered.
package odata

import (
	"strings"
	"time"
)

// Expr is a filter expression: And, Or, Not, Compare, In, Call or Any.
type Expr interface{ expr() }

// And and Or join two expressions.
type (
	And struct{ Left, Right Expr }
	Or  struct{ Left, Right Expr }
)

// Not negates an expression.
type Not struct{ Inner Expr }

// Compare compares a property with a literal; Op is eq, ne, gt, ge, lt or le.
type Compare struct {
	Path  Path
	Op    string
	Value literal
}

// In tests whether a property equals one of several literals.
type In struct {
	Path   Path
	Values []literal
}

// Call applies a function to a property and a literal. Its name is in lower case, such as
// startswith.
type Call struct {
	Name  string
	Path  Path
	Value literal
}

// Any tests whether an element of a collection satisfies Body. Paths in Body are relative
// to the element; an empty path is the element itself. A nil Body tests whether there are
// any elements.
type Any struct {
	Path Path
	Body Expr
}

func (And) expr()     {}
func (Or) expr()      {}
func (Not) expr()     {}
func (Compare) expr() {}
func (In) expr()      {}
func (Call) expr()    {}
func (Any) expr()     {}

// Path is a property path, split at the slashes. A last step $count is the size of a
// collection.
type Path []string

// String returns the path with its slashes.
func (p Path) String() string { return strings.Join(p, "/") }

// Kind is the type of a literal.
type Kind string

// The kinds of literal, with the names in OData's own messages.
const (
	String Kind = "Edm.String"
	Number Kind = "Edm.Int32"
	Bool   Kind = "Edm.Boolean"
	Null   Kind = "null"
	Date   Kind = "Edm.DateTimeOffset"
	GUID   Kind = "Edm.Guid"
)

// literal is a constant. Text is the decoded string, or else the source text. Time is set
// for a Date only.
type literal struct {
	Kind Kind
	Text string
	Time time.Time
}

// Error is a syntax error. Position is a byte offset, from 0.
type Error struct {
	Position int
	Reason   string
}

// Error returns the reason without the position.
func (e *Error) Error() string { return e.Reason }
