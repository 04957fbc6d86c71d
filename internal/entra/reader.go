package entra

import (
	"context"
	"errors"
	"net/http"
	"sync"
	"time"

	"github.com/spcheck/spcheck/internal/msg"
	"github.com/spcheck/spcheck/internal/neutral"
	"github.com/spcheck/spcheck/internal/secrets"
	"github.com/spcheck/spcheck/internal/transport"
)

// ReaderOptions configure readers other than an application.
type ReaderOptions struct {
	Tenant        string
	AuthorityHost string
	// Scope is the cloud's Graph resource with /.default.
	Scope      string
	HTTPClient *http.Client
	// ClientID is the application that a person signs in to, by device code or browser.
	// Empty means Microsoft Graph Command Line Tools, which exists in every tenant. For
	// a managed identity it selects a user-assigned one.
	ClientID string
	// Permission is the permission that a person is asked to consent to, such as
	// Application.ReadWrite.All. Empty means reading applications.
	Permission string
	// Prompt shows a person what to do. It is called once per sign-in.
	Prompt func(Prompt)
	// OpenBrowser opens a page. Nil means the system's browser.
	OpenBrowser func(url string) error
	// Environ is the environment of Azure CLI, as NAME=value. Nil means the process's
	// own.
	Environ []string
	// Sleep pauses. Nil means a timer; tests replace it.
	Sleep func(context.Context, time.Duration) error
}

// graphCommandLineTools is Microsoft's own public client for Graph, which
// Connect-MgGraph uses. It allows http://localhost and device code.
const graphCommandLineTools = "14d82eec-204b-4c2f-b7e8-296a70dab67e"

// Prompt asks a person to sign in on a page: with a code, or without one in a browser
// that was just opened. Its strings are neutralised.
type Prompt struct {
	URL     string
	Code    string
	Expires time.Time
}

// Text returns the prompt as a sentence.
func (p Prompt) Text() msg.Text {
	if p.Code == "" {
		return msg.New("Sign in in the browser. If none opened, go to %s", p.URL)
	}
	return msg.New("To sign in, open %s and enter the code %s.", p.URL, p.Code)
}

// margin is how long before its expiry a token is no longer used.
const margin = 5 * time.Minute

// cached is the common part of all readers. It keeps the token until shortly before it
// expires, and concurrent callers request only one, which MSAL does not ensure. Its
// errors implement msg.Worded or are *netfail.Error.
type cached struct {
	fetch func(context.Context) (Token, error)
	// turn admits one caller at a time. Others wait only as long as their contexts allow.
	turn  chan struct{}
	mu    sync.Mutex
	token Token
}

func newCached(fetch func(context.Context) (Token, error)) *cached {
	return &cached{fetch: fetch, turn: make(chan struct{}, 1)}
}

func (c *cached) Token(ctx context.Context) (secrets.Value, error) {
	select {
	case c.turn <- struct{}{}:
		defer func() { <-c.turn }()
	case <-ctx.Done():
		return secrets.Value{}, transport.Classify(ctx.Err())
	}
	if token, ok := c.current(); ok {
		return token, nil
	}
	token, err := c.fetch(ctx)
	if err != nil {
		return secrets.Value{}, err
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	c.token = token
	return token.Value, nil
}

func (c *cached) current() (secrets.Value, bool) {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.token.Value, !c.token.Value.Empty() && time.Now().Before(c.token.ExpiresAt.Add(-margin))
}

// Refused drops the token, unless it has already been replaced. Several requests may
// learn at the same time that their token was rejected.
func (c *cached) Refused(token secrets.Value) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.token.Value == token {
		c.token.Value = secrets.Value{}
	}
}

// ApplicationReader reads as an application, with the application's own credential.
func ApplicationReader(r Request) secrets.TokenSource {
	return newCached(func(ctx context.Context) (Token, error) { return readAs(ctx, r) })
}

func readAs(ctx context.Context, r Request) (Token, error) {
	a := SignIn(ctx, r)
	if a.Token == nil {
		return Token{}, readerError(a)
	}
	return *a.Token, nil
}

// WorkloadIdentityReader reads as an application with the federated token in a file.
// The file is read again for each sign-in, because the issuer renews the token.
func WorkloadIdentityReader(r Request, load func() (secrets.Value, error)) secrets.TokenSource {
	return newCached(func(ctx context.Context) (Token, error) {
		assertion, err := load()
		if err != nil {
			return Token{}, err
		}
		r := r
		r.Credential = secrets.Credential{Token: &secrets.FederatedToken{Token: assertion}}
		return readAs(ctx, r)
	})
}

// readerError converts the failure of a sign-in to an error.
func readerError(a Attempt) error {
	switch {
	case a.Err != nil:
		return a.Err
	case a.Input != nil:
		return msg.Error(a.Input.Text)
	case a.Refusal != nil:
		return refused(a.Refusal)
	}
	return msg.Error(msg.New("the sign-in failed"))
}

// refused names the decisive code, which is the last of nested codes.
func refused(r *Refusal) error {
	switch {
	case r.Error == "authorization_declined":
		return msg.Error(msg.New("the sign-in was declined"))
	case r.Error == "expired_token":
		return msg.Error(msg.New("nobody entered the code in time"))
	case len(r.Codes) > 0:
		return refusedWith(r.Codes)
	}
	return msg.Error(msg.New("Entra refused the sign-in: %s", neutral.Bound(r.Error, 80)))
}

func refusedWith(codes []string) error {
	return msg.Error(msg.New("Entra refused the sign-in: AADSTS%s", codes[len(codes)-1]))
}

// failed converts the failure of a library's sign-in to an error, using the record.
func (s *session) failed(ctx context.Context, err error) error {
	if errors.Is(ctx.Err(), context.DeadlineExceeded) {
		return msg.Error(msg.New("the sign-in was not completed in time"))
	}
	a := Attempt{Exchanges: s.rec.seen, Waits: s.waits}
	a.Directory = directoryFrom(a)
	if _, asked := a.last(tokenCall); !asked && a.Directory.Known() {
		// It failed in the browser, which returned the message over loopback.
		if codes := codesIn(err.Error()); len(codes) > 0 {
			return refusedWith(codes)
		}
		return msg.Error(msg.New("the sign-in was not completed"))
	}
	judge(ctx, &a, s.origin, err)
	return readerError(a)
}

// newPublicSession prepares a recorded client for a person's sign-in.
func newPublicSession(o ReaderOptions) (*session, *inputError) {
	s, bad := newSession(Request{AuthorityHost: o.AuthorityHost, Tenant: o.Tenant, HTTPClient: o.HTTPClient, Sleep: o.Sleep})
	if bad != nil {
		return nil, bad
	}
	s.client = transport.Wrap(o.HTTPClient, func(base http.RoundTripper) http.RoundTripper {
		return &pacer{base: s.chain(base), sleep: o.Sleep}
	})
	return s, nil
}
