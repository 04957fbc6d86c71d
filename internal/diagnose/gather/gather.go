// Package gather collects the facts of a diagnosis. It makes all requests of a diagnosis,
// under one deadline, and judges nothing. Independent requests are sent at the same time.
package gather

import (
	"cmp"
	"context"
	"io"
	"sync"
	"time"

	"github.com/spcheck/spcheck/internal/aadsts"
	"github.com/spcheck/spcheck/internal/config"
	"github.com/spcheck/spcheck/internal/diagnose"
	"github.com/spcheck/spcheck/internal/fact"
	"github.com/spcheck/spcheck/internal/msg"
	"github.com/spcheck/spcheck/internal/objects"
	"github.com/spcheck/spcheck/internal/renew/journal"
	"github.com/spcheck/spcheck/internal/secrets"
)

// Input is the input of a diagnosis.
type Input struct {
	Session  Session
	Settings *config.Settings
	Env      config.Env
	Now      func() time.Time
	// SP is the value of --sp, or empty.
	SP string
	// ErrorText is the text of --error-text, or nil.
	ErrorText io.Reader
	// NoProbe forbids sign-ins with a corrected value. SkipSync skips the requests that a
	// synchronization makes.
	NoProbe, SkipSync bool
	// ListOnly reads only the objects, their federated credentials and when each credential
	// was last used. ObjectsOnly leaves out the latter two.
	ListOnly, ObjectsOnly bool
	// Suits reports whether to use a reader. If it is nil or no reader suits, the first
	// that can read is used.
	Suits func(Reader, Directory) bool
	// Timeout limits the run, not counting the time that a person takes.
	Timeout time.Duration
	// Progress is called with the current activity. It may be nil.
	Progress func(msg.Text)
	// Settled is called with the facts so far, each time more parts of them are complete.
	// It may be nil.
	Settled func(f *diagnose.Facts, whole diagnose.Part)
}

// run collects the facts. Its parts run at the same time.
type run struct {
	Input
	mu    sync.Mutex
	facts *diagnose.Facts
	// whole are the complete parts of the facts.
	whole diagnose.Part
	// late are reads that no other part waits for.
	late sync.WaitGroup
	// credential is the configured credential, or its corrected value.
	credential secrets.Credential
	// time is the context for requests after a reader was found. If a person signed in,
	// the time limit starts again. ends are the functions that release it.
	time context.Context
	ends []context.CancelFunc
	// patient is the context without the time limit, for a person who signs in.
	patient context.Context
	// reader is what the chosen reader reads, or nil.
	reader Directory
	// alike are the applications with the name in --sp, if no service principal has it.
	alike []objects.Application
}

// Facts collects the facts that the settings allow.
func Facts(ctx context.Context, in Input) *diagnose.Facts {
	r := &run{Input: in, facts: &diagnose.Facts{Now: in.Now(), Within: in.Settings.Within, TimeLimit: in.Timeout}, patient: ctx}
	ctx, cancel := context.WithTimeout(ctx, in.Timeout)
	r.time, r.ends = ctx, []context.CancelFunc{cancel}
	defer func() {
		for _, end := range r.ends {
			end()
		}
	}()
	r.readSetup()
	if r.ErrorText != nil {
		r.facts.Text = fact.From(aadsts.Find(ctx, r.ErrorText))
	}
	if r.ListOnly {
		if r.Settings.Credential != nil {
			_ = r.load(ctx) // its shape marks the configured credential; nothing else needs it
		}
		r.settle(diagnose.OfAnswer | diagnose.OfSignIn | diagnose.OfSync) // nothing of these is read
		r.readDirectory(ctx, nil)
		r.settle(ofDirectory)
		r.late.Wait()
		diagnose.MentionDeleted(r.facts)
		return r.facts
	}
	named := r.nameByPrincipal(ctx)
	if r.readCredential(ctx) {
		r.ask(ctx, named)
		r.facts.Renewal = r.pending()
	}
	return r.facts
}

// ask signs in and reads the directory at the same time, and then what depends on both.
func (r *run) ask(ctx context.Context, named bool) {
	signedIn := make(chan struct{})
	together(func() {
		r.signIn(ctx)
		close(signedIn)
		answered := diagnose.OfAnswer
		if r.seen().SignIn.Value.Token == nil { // a sign-in that worked may be repeated
			answered |= diagnose.OfSignIn
		}
		r.settle(answered)
		r.probe(ctx)
		r.synchronize(ctx)
		r.settle(diagnose.OfSync)
	}, func() {
		if !named {
			r.readDirectory(ctx, signedIn)
		}
		r.settle(ofDirectory)
	})
	together(func() { r.repeat(r.time); r.settle(diagnose.OfSignIn) }, func() { r.readElsewhere(r.time) }, func() { r.readKeyNamesake(r.time) }, func() { r.readMistaken(r.time) })
	r.late.Wait()
}

// note changes the facts.
func (r *run) note(keep func(*diagnose.Facts)) {
	r.mu.Lock()
	defer r.mu.Unlock()
	keep(r.facts)
}

// seen returns a copy of the facts so far.
func (r *run) seen() *diagnose.Facts {
	r.mu.Lock()
	defer r.mu.Unlock()
	f := *r.facts
	return &f
}

func (r *run) tell(what msg.Text) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.Progress != nil {
		r.Progress(what)
	}
}

// settle marks parts of the facts as complete.
func (r *run) settle(parts diagnose.Part) {
	r.note(func(facts *diagnose.Facts) {
		r.whole |= parts
		if r.Settled != nil {
			f := *facts
			r.Settled(&f, r.whole)
		}
	})
}

// ofDirectory are the parts that are read from the directory.
const ofDirectory = diagnose.OfObjects | diagnose.OfOrganization | diagnose.OfOwners | diagnose.OfPolicies | diagnose.OfChanges |
	diagnose.OfActivity | diagnose.OfSurroundings

// together runs independent parts at the same time.
func together(parts ...func()) {
	var wg sync.WaitGroup
	for _, part := range parts {
		wg.Go(part)
	}
	wg.Wait()
}

// pending looks for an unfinished renewal on this machine.
func (r *run) pending() fact.Fact[diagnose.Renewal] {
	tenant := cmp.Or(r.facts.SignIn.Value.TenantID, r.facts.Setup.Tenant.Value)
	entry, err := journal.Pending(r.Env, tenant, r.facts.Setup.ClientID.Value)
	if err != nil || entry == nil {
		return fact.From(diagnose.Renewal{}, err)
	}
	return fact.Of(diagnose.Renewal{State: entry.Summary(), KeyID: entry.KeyID, Command: entry.Resume()})
}
