package entra

import (
	"context"
	"errors"
	"net/http"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/AzureAD/microsoft-authentication-library-for-go/apps/confidential"

	"github.com/spcheck/spcheck/internal/fact"
	"github.com/spcheck/spcheck/internal/msg"
	"github.com/spcheck/spcheck/internal/netfail"
	"github.com/spcheck/spcheck/internal/secrets"
	"github.com/spcheck/spcheck/internal/transport"
)

// Request is what to sign in with.
type Request struct {
	Tenant        string // GUID or domain, sent unchanged
	ClientID      string // sent unchanged
	AuthorityHost string // https://HOST[:PORT]
	Scope         string // such as https://graph.microsoft.com/.default
	Credential    secrets.Credential
	// HTTPClient comes from transport.New.
	HTTPClient *http.Client
	// Known is an earlier sign-in, or nil. Its discovery document is reused if it is
	// for the same tenant.
	Known *Attempt
	// Fresh opens new connections, so that another front end may answer.
	Fresh bool
	// Now is this machine's clock. Nil means time.Now.
	Now func() time.Time
	// Sleep pauses before a retry. Nil means a timer; tests replace it.
	Sleep func(context.Context, time.Duration) error
}

// Attempt is the result of a sign-in. One of Token, Refusal, Err and Input is set. A
// Refusal may come with an Err that means "try later".
type Attempt struct {
	Token   *Token
	Refusal *Refusal
	// Err says why there was no answer from Entra, or that Entra asked to try later.
	Err *netfail.Error
	// Input is a setting with which no request could be made.
	Input     *inputError
	Exchanges []exchange
	// Waits are the pauses before repeated requests.
	Waits     []transport.Wait
	Directory fact.Fact[directory]
	Clock     fact.Fact[clock]
	Took      time.Duration
}

func (a Attempt) last(stage stage) (exchange, bool) {
	for _, ex := range slices.Backward(a.Exchanges) {
		if ex.Stage == stage {
			return ex, true
		}
	}
	return exchange{}, false
}

// Waited returns the number and total of all pauses.
func (a Attempt) Waited() (times int, total time.Duration) {
	for _, w := range a.Waits {
		if !w.GaveUp {
			times++
			total += w.For
		}
	}
	return times, total
}

// SignIn requests a token with client credentials, exactly as a product with MSAL
// would: first the OpenID configuration, then one token request, without a cache. It
// retries answers that ask to come back later, within the deadline of ctx. The Attempt
// records everything.
func SignIn(ctx context.Context, r Request) Attempt {
	begin := time.Now()
	s, input := newSession(r)
	if input == nil {
		s.credential, input = msal(r.Credential)
	}
	if input != nil {
		return Attempt{Input: input, Directory: fact.Missing[directory](errNotSent), Clock: fact.Missing[clock](errNotSent)}
	}
	token, err := s.ask(ctx)
	a := Attempt{Exchanges: s.rec.seen, Waits: s.waits, Took: time.Since(begin)}
	a.Clock = clockFrom(a.Exchanges)
	a.Directory = directoryFrom(a)
	if err == nil {
		token.Claims = ClaimsOf(token.Value)
		a.Token = &token
		return a
	}
	judge(ctx, &a, s.origin, err)
	return a
}

var errNotSent = errors.New("no request was sent")

type session struct {
	origin, authority string
	request           Request
	credential        confidential.Credential
	client            *http.Client
	rec               *recorder
	mu                sync.Mutex
	waits             []transport.Wait
}

func newSession(r Request) (*session, *inputError) {
	origin, authority, bad := authority(r.AuthorityHost, r.Tenant)
	if bad != nil {
		return nil, bad
	}
	s := &session{origin: origin, authority: authority, request: r}
	s.rec = &recorder{origin: origin, fresh: r.Fresh, now: r.Now, known: r.Known}
	if r.Now == nil {
		s.rec.now = time.Now
	}
	s.client = transport.Wrap(r.HTTPClient, s.chain)
	return s, nil
}

// chain wraps the size limit in the recorder, and the recorder in retries.
func (s *session) chain(base http.RoundTripper) http.RoundTripper {
	s.rec.base = transport.Limit(base, transport.SignInBody)
	return &transport.Retry{Base: s.rec, Again: transient, Sleep: s.request.Sleep, Waited: func(w transport.Wait) {
		s.mu.Lock()
		defer s.mu.Unlock()
		s.waits = append(s.waits, w)
	}}
}

// ask lets MSAL request the token. MSAL's errors may contain requests, secrets and
// tokens. They go only to judge, which never prints them. The same applies to the text
// of a panic.
func (s *session) ask(ctx context.Context) (token Token, err error) {
	defer func() {
		if recover() != nil {
			err = errPanic
		}
	}()
	client, err := confidential.New(s.authority, s.request.ClientID, s.credential,
		confidential.WithHTTPClient(s.client),
		confidential.WithInstanceDiscovery(false),
		// MSAL_FORCE_REGION would redirect a custom sign-in host.
		confidential.WithAzureRegion("DisableMsalForceRegion"))
	if err != nil {
		return Token{}, errSetUp
	}
	result, err := client.AcquireTokenByCredential(ctx, []string{s.request.Scope})
	return Token{Value: secrets.NewValue(result.AccessToken), ExpiresAt: result.ExpiresOn}, err
}

// msal converts a credential for MSAL, which signs with RSA keys only.
func msal(c secrets.Credential) (confidential.Credential, *inputError) {
	switch {
	case c.Token != nil && !c.Token.Token.Empty():
		token := c.Token.Token
		return confidential.NewCredFromAssertionCallback(
			func(context.Context, confidential.AssertionRequestOptions) (string, error) {
				return token.Reveal(), nil
			}), nil
	case c.Certificate != nil:
		return msalCertificate(confidential.NewCredFromCert(c.Certificate.Chain, c.Certificate.Key.Reveal()))
	case c.Secret.Empty():
		return confidential.Credential{}, &inputError{Field: "credential", Missing: true, Text: msg.New("the secret is empty")}
	}
	cred, err := confidential.NewCredFromSecret(c.Secret.Reveal())
	if err != nil {
		return cred, &inputError{Field: "credential", Text: msg.New("the secret cannot be used")}
	}
	return cred, nil
}

func msalCertificate(cred confidential.Credential, err error) (confidential.Credential, *inputError) {
	if err == nil {
		return cred, nil
	}
	if strings.Contains(err.Error(), "match") {
		return cred, &inputError{Field: "credential", Text: msg.New("the private key does not belong to the certificate")}
	}
	return cred, &inputError{Field: "credential", Text: msg.New("the certificate's key is not an RSA key, the only kind that the sign-in library signs with")}
}
