package gather

import (
	"context"
	"errors"
	"time"

	"github.com/spcheck/spcheck/internal/diagnose"
	"github.com/spcheck/spcheck/internal/fact"
	"github.com/spcheck/spcheck/internal/msg"
	"github.com/spcheck/spcheck/internal/netfail"
	"github.com/spcheck/spcheck/internal/objects"
)

// humanPatience is how long a person may take to sign in. A device code is valid for 15
// minutes.
const humanPatience = 15 * time.Minute

// chosen is the reader that is used, and the objects that it found.
type chosen struct {
	Reader
	sees  Directory
	found lookup
}

// findReader returns the first reader that can read the service principal and suits, and
// records why others could not. It also returns the context to continue with, because the
// time limit starts again after a person signed in. signedIn is closed after the sign-in;
// it is nil if there is none.
func (r *run) findReader(ctx context.Context, signedIn <-chan struct{}) (*chosen, context.Context) {
	var spare *chosen
	var first error
	for _, c := range r.Session.Readers() {
		if signedIn != nil && (c.Self || c.Ask != nil) {
			<-signedIn
			if r.unreachable() {
				break // another request would fail in the same way
			}
		}
		if c.Ask != nil && spare != nil {
			break // another reader can read, so no person is needed
		}
		if c.Ask == nil && first != nil && ctx.Err() != nil {
			break // it would not be asked, and would seem to have failed
		}
		r.tell(msg.New("reading Microsoft Graph as %s", c.Name))
		got, next, err := r.try(ctx, c)
		ctx = next
		switch {
		case err != nil:
			r.note(func(f *diagnose.Facts) {
				f.Reader.Tried = append(f.Reader.Tried, diagnose.ReaderAttempt{Name: c.Name, Reason: Reason(err)})
				if first == nil {
					first, f.Reader.Self = failure(err), c.Self
				}
			})
		case r.Suits == nil || r.Suits(c, got.sees):
			return got, ctx
		case spare == nil:
			spare = got
		}
	}
	if spare == nil && first != nil {
		r.note(func(f *diagnose.Facts) {
			f.ServicePrincipals = fact.Missing[[]objects.ServicePrincipal](first)
			f.Application = fact.Missing[*objects.Application](first)
		})
	}
	return spare, ctx
}

// try looks up the objects with a reader, after a person has signed in if that is needed.
// It also returns the context to continue with.
func (r *run) try(ctx context.Context, c Reader) (*chosen, context.Context, error) {
	if c.Ask != nil {
		person, cancel := context.WithTimeout(r.patient, humanPatience)
		err := c.Ask(person)
		cancel()
		ctx, cancel = context.WithTimeout(r.patient, r.Timeout)
		r.ends = append(r.ends, cancel)
		if err != nil {
			return nil, ctx, err
		}
	}
	sees, err := c.Open(ctx)
	if err != nil {
		return nil, ctx, err
	}
	got := &chosen{c, sees, r.lookUp(ctx, sees)}
	return got, ctx, got.found.principals.Err()
}

// unreachable reports whether Entra could not be reached.
func (r *run) unreachable() bool {
	s := r.seen().SignIn
	return s.Known() && s.Value.Network != nil && s.Value.Token == nil
}

// refusal is an error that a service returned.
type refusal interface {
	error
	// Refusal returns the HTTP status, and the service's code and message.
	Refusal() (status int, code, message string)
	// Lacks returns the missing permission, or an empty string.
	Lacks() string
	// Unlicensed reports whether the tenant lacks the licence.
	Unlicensed() bool
}

// Reason describes an error for the report.
func Reason(err error) msg.Text {
	var refused refusal
	if errors.As(err, &refused) && refused.Lacks() != "" {
		return msg.New("%s; it needs the permission %s", msg.Of(err), refused.Lacks())
	}
	return msg.Of(err)
}

// failure converts an error to a diagnose.Failure.
func failure(err error) error {
	f := &diagnose.Failure{Sentence: Reason(err)}
	var known *diagnose.Failure
	if errors.As(err, &known) {
		return known
	}
	var failed *netfail.Error
	if errors.As(err, &failed) {
		f.Network = failed
	}
	var refused refusal
	if errors.As(err, &refused) {
		f.Status, f.Code, f.Message = refused.Refusal()
		f.Needs = refused.Lacks()
		f.Unlicensed = refused.Unlicensed()
	}
	return f
}
