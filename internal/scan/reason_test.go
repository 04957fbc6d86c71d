package scan

import (
	"errors"
	"testing"

	"github.com/spcheck/spcheck/internal/msg"
)

// refusal is Graph's answer if a permission is missing.
type refusal struct{}

func (refusal) Error() string  { return "denied" }
func (refusal) Text() msg.Text { return msg.Literal("denied") }
func (refusal) Lacks() string  { return "Application.Read.All" }

func TestReasonsAreToldOnce(t *testing.T) {
	d := &tenantDone{}
	cut := errors.New("the connection was cut")
	d.fail(failure{servicePrincipals, cut}, failure{owners, errors.New("denied")}, failure{applications, cut}, failure{owners, errors.New("denied")})
	if want := "applications, service principals: the connection was cut; owners: denied"; d.Error.String() != want {
		t.Errorf("%v, want %q", d.Error, want)
	}
	if got, want := ReasonOf(refusal{}), "denied; it needs the application permission Application.Read.All"; got.String() != want {
		t.Errorf("%q, want %q", got, want)
	}
	whole := &tenantDone{}
	if whole.fail(); !whole.Error.IsZero() {
		t.Errorf("nothing failed, but: %s", whole.Error)
	}
}
