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

// humanPatience is how long a person may take to sign in; a device code lives
// for 15 minutes.
const humanPatience = 15 * time.Minute

// chosen is the reader that was taken, with what it found at once.
type chosen struct {
	Reader
	sees  Directory
	found lookup
}

// findReader tries the readers in order and keeps the first that can read the
// service principal and suits. One that was refused is remembered with its
// reason. The context is the one to continue with: where a person had to act, the
// run's time begins again. signedIn is closed when the sign-in is over, nil where
// there is none.
func (r *run) findReader(ctx context.Context, signedIn <-chan struct{}) (*chosen, context.Context) {
	var spare *chosen
	var first error
	for _, c := range r.Session.Readers() {
		if signedIn != nil && (c.Self || c.Ask != nil) {
			<-signedIn
			if r.unreachable() {
				break // asking Entra again would only wait once more
			}
		}
		if c.Ask != nil && spare != nil {
			break // nobody is asked to sign in where somebody can already read
		}
		r.tell(msg.New("reading Microsoft Graph as %s", c.Name))
		var err error
		if c.Ask != nil {
			person, cancel := context.WithTimeout(r.patient, humanPatience)
			err = c.Ask(person)
			cancel()
			ctx, cancel = context.WithTimeout(r.patient, r.Timeout)
			r.ends = append(r.ends, cancel)
		}
		var got *chosen
		if err == nil {
			got, err = r.try(ctx, c)
		}
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

// try reads the service principal by a reader.
func (r *run) try(ctx context.Context, c Reader) (*chosen, error) {
	sees, err := c.Open(ctx)
	if err != nil {
		return nil, err
	}
	found := r.lookUp(ctx, sees)
	if !found.principals.Known() {
		return nil, found.principals.Err()
	}
	return &chosen{c, sees, found}, nil
}

// unreachable reports whether Entra could not be reached at all.
func (r *run) unreachable() bool {
	s := r.seen().SignIn
	return s.Known() && s.Value.Network != nil && s.Value.Token == nil
}

// refusal is an error that is a service's own refusal.
type refusal interface {
	error
	// Refusal is the HTTP status, with the service's code and message where it
	// gave them.
	Refusal() (status int, code, message string)
	// Lacks is the permission that was missing, empty where that is not why.
	Lacks() string
	// Unlicensed says that the tenant lacks the licence.
	Unlicensed() bool
}

// Reason words an error for the report.
func Reason(err error) msg.Text {
	var refused refusal
	if errors.As(err, &refused) && refused.Lacks() != "" {
		return msg.New("%s; it needs the permission %s", msg.Of(err), refused.Lacks())
	}
	return msg.Of(err)
}

// failure keeps what an error shows, for those who judge it.
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
