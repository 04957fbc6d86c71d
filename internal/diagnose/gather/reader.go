package gather

import (
	"context"
	"errors"
	"time"

	"github.com/spcheck/spcheck/internal/diagnose"
	"github.com/spcheck/spcheck/internal/fact"
	"github.com/spcheck/spcheck/internal/msg"
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
			err = r.askPerson(c)
			var done context.CancelFunc
			ctx, done = context.WithTimeout(r.patient, r.Timeout)
			r.ends = append(r.ends, done)
		}
		var got *chosen
		if err == nil {
			got, err = r.try(ctx, c)
		}
		switch {
		case err != nil:
			r.refused(c, err, first == nil)
			if first == nil {
				first = failure(err)
			}
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

func (r *run) refused(c Reader, err error, first bool) {
	r.note(func(f *diagnose.Facts) {
		f.Reader.Tried = append(f.Reader.Tried, diagnose.ReaderAttempt{Name: c.Name, Reason: Reason(err)})
		if first {
			f.Reader.Self = c.Self
		}
	})
}

// askPerson lets a person sign in, outside of the run's deadline.
func (r *run) askPerson(c Reader) error {
	ctx, cancel := context.WithTimeout(r.patient, humanPatience)
	defer cancel()
	return c.Ask(ctx)
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
