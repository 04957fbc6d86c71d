// Package odata reads the part of OData's filter language that Microsoft Graph
// speaks for directory objects and logs: comparisons, in, startswith and
// endswith, any over collections, $count of collections, and, or, not. It knows
// no properties and decides nothing: what may be filtered by is the caller's.
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

// Compare is a comparison of a property with a literal; Op is eq, ne, gt, ge, lt
// or le.
type Compare struct {
	Path  Path
	Op    string
	Value literal
}

// In asks whether a property is one of several literals.
type In struct {
	Path   Path
	Values []literal
}

// Call is a function of a property and a literal, its name in lower case, such
// as startswith.
type Call struct {
	Name  string
	Path  Path
	Value literal
}

// Any asks whether an element of a collection fulfils Body. Paths in Body are
// relative to the element: an empty path is the element itself. A nil Body asks
// whether there is any element.
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

// Path names a property, its steps without the slashes. A last step $count is
// the number of a collection's elements.
type Path []string

// String joins the steps with slashes, as they are written.
func (p Path) String() string { return strings.Join(p, "/") }

// Kind distinguishes the literals.
type Kind string

// The kinds of literal, by the names that OData's own messages use.
const (
	String Kind = "Edm.String"
	Number Kind = "Edm.Int32"
	Bool   Kind = "Edm.Boolean"
	Null   Kind = "null"
	Date   Kind = "Edm.DateTimeOffset"
	GUID   Kind = "Edm.Guid"
)

// literal is a constant. Text is its text: the decoded characters of a string,
// or what was written. Time is set for a Date only.
type literal struct {
	Kind Kind
	Text string
	Time time.Time
}

// Error is a filter that is not in the language. Position counts bytes from 0.
type Error struct {
	Position int
	Reason   string
}

// Error gives the reason; positions belong to whoever shows the filter.
func (e *Error) Error() string { return e.Reason }
