// Package gather collects the facts of a diagnosis. All network traffic of a
// diagnosis starts here, under one deadline; nothing is judged.
package gather

import (
	"context"
	"io"
	"net/http"
	"time"

	"github.com/spcheck/spcheck/internal/config"
	"github.com/spcheck/spcheck/internal/diagnose"
	"github.com/spcheck/spcheck/internal/entra"
	"github.com/spcheck/spcheck/internal/fact"
	"github.com/spcheck/spcheck/internal/msg"
	"github.com/spcheck/spcheck/internal/objects"
	"github.com/spcheck/spcheck/internal/renew/journal"
	"github.com/spcheck/spcheck/internal/secrets"
)

// Input is what a diagnosis starts from.
type Input struct {
	Settings *config.Settings
	Env      config.Env
	// Environ is the environment of the commands that give secrets.
	Environ []string
	Stdin   io.Reader
	Now     func() time.Time
	// HTTPClient is one of transport.New.
	HTTPClient *http.Client
	// SP is what --sp names, empty where it was not given.
	SP string
	// ErrorText is what --error-text gave, nil where it was not given.
	ErrorText io.Reader
	// NoProbe forbids sign-ins with a repaired value, SkipSync the requests that
	// a synchronization makes.
	NoProbe, SkipSync bool
	// ListOnly asks for the objects and nothing else.
	ListOnly bool
	// Interactive says that a person is at the terminal, so that a reader may
	// ask for something; Prompt shows what it asks.
	Interactive bool
	Prompt      func(msg.Text)
	// Timeout bounds the run, save for the time that a person takes.
	Timeout time.Duration
	// Progress is told of what is being done, for a person who waits. It may be
	// nil.
	Progress func(msg.Text)
}

// run is one gathering.
type run struct {
	Input
	facts      *diagnose.Facts
	cloud      entra.Cloud
	credential secrets.Credential
	// signer is what MSAL signs in with; zero where the credential could not be
	// read.
	signer  entra.Credential
	loadErr error
	attempt entra.Attempt
	// alike are the applications that --sp may mean where no service principal
	// has the name.
	alike []objects.Application
	// patient is the context without the run's deadline, for people.
	patient context.Context
}

// Facts collects everything that the settings allow to be seen.
func Facts(ctx context.Context, in Input) *diagnose.Facts {
	r := &run{Input: in, facts: unread(in), patient: ctx}
	ctx, cancel := context.WithTimeout(ctx, in.Timeout)
	defer cancel()
	r.readSetup()
	r.readText(ctx)
	if r.ListOnly {
		r.readCredentialShape(ctx)
		r.readDirectory(ctx)
		return r.facts
	}
	named := r.nameByPrincipal(ctx)
	if !r.readCredential(ctx) {
		return r.facts
	}
	r.signIn(ctx)
	r.probe(ctx)
	r.synchronize(ctx)
	if !named {
		r.readDirectory(ctx)
	}
	r.repeat(ctx)
	r.facts.Renewal = r.pending()
	return r.facts
}

// pending looks for a renewal that was begun on this machine and not finished.
func (r *run) pending() fact.Fact[diagnose.Renewal] {
	tenant, appID := r.facts.Setup.Tenant.Value, r.facts.Setup.ClientID.Value
	if s := r.facts.SignIn; s.Known() && s.Value.TenantID != "" {
		tenant = s.Value.TenantID
	}
	entry, err := journal.Pending(r.Env, tenant, appID)
	if err != nil || entry == nil {
		return fact.From(diagnose.Renewal{}, err)
	}
	return fact.Of(diagnose.Renewal{State: entry.Summary(), KeyID: entry.KeyID, Command: journal.ResumeCommand(appID)})
}

// unread are the facts of a run before it has asked for anything.
func unread(in Input) *diagnose.Facts {
	return &diagnose.Facts{Now: in.Now(), Within: in.Settings.Within}
}
