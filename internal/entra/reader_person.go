package entra

import (
	"cmp"
	"context"
	"strings"
	"time"

	"github.com/AzureAD/microsoft-authentication-library-for-go/apps/public"

	"github.com/spcheck/spcheck/internal/neutral"
	"github.com/spcheck/spcheck/internal/secrets"
)

// readScope is the permission that a person is asked to consent to: reading
// applications. In a tenant where nobody has consented yet, the scope /.default would
// give a token without any permissions.
const readScope = "Application.Read.All"

// DeviceCodeReader reads as a person who signs in with a code on any device.
func DeviceCodeReader(o ReaderOptions) secrets.TokenSource {
	return person(o, func(ctx context.Context, s *session, client public.Client, scope string) (public.AuthResult, error) {
		code, err := client.AcquireTokenByDeviceCode(ctx, []string{scope})
		if err != nil {
			return public.AuthResult{}, err
		}
		if o.Prompt != nil {
			o.Prompt(Prompt{
				URL: neutral.Bound(code.Result.VerificationURL, 300), Code: neutral.Bound(code.Result.UserCode, 40),
				Expires: code.Result.ExpiresOn,
			})
		}
		return code.AuthenticationResult(ctx)
	})
}

// BrowserReader reads as a person who signs in with a browser on this machine. The
// browser returns to a port on loopback.
func BrowserReader(o ReaderOptions) secrets.TokenSource {
	return person(o, func(ctx context.Context, s *session, client public.Client, scope string) (public.AuthResult, error) {
		return client.AcquireTokenInteractive(ctx, []string{scope},
			public.WithRedirectURI("http://localhost"),
			public.WithOpenURL(func(url string) error { return o.open(url) }))
	})
}

// open shows the address before it opens the browser, which may fail silently.
func (o ReaderOptions) open(url string) error {
	if o.Prompt != nil {
		o.Prompt(Prompt{URL: neutral.Bound(url, 4000)})
	}
	open := o.OpenBrowser
	if open == nil {
		open = openBrowser
	}
	// The person can still open the address by hand.
	_ = open(url)
	return nil
}

type personSignIn func(context.Context, *session, public.Client, string) (public.AuthResult, error)

func person(o ReaderOptions, signIn personSignIn) secrets.TokenSource {
	return newCached(func(ctx context.Context) (secrets.Value, time.Time, error) {
		s, bad := newPublicSession(o)
		if bad != nil {
			return secrets.Value{}, time.Time{}, readerError(Attempt{Input: bad})
		}
		result, err := s.asPerson(ctx, o, signIn, strings.TrimSuffix(o.Scope, "/.default")+"/"+cmp.Or(o.Permission, readScope))
		if err != nil && s.scopeRefused() {
			result, err = s.asPerson(ctx, o, signIn, o.Scope)
		}
		if err != nil {
			return secrets.Value{}, time.Time{}, s.failed(ctx, err)
		}
		return secrets.NewValue(result.AccessToken), result.ExpiresOn, nil
	})
}

func (s *session) asPerson(ctx context.Context, o ReaderOptions, signIn personSignIn, scope string) (result public.AuthResult, err error) {
	defer func() {
		if recover() != nil {
			err = errPanic
		}
	}()
	client, err := public.New(cmp.Or(o.ClientID, graphCommandLineTools),
		public.WithAuthority(s.authority), public.WithHTTPClient(s.client), public.WithInstanceDiscovery(false))
	if err != nil {
		return result, errSetUp
	}
	return signIn(ctx, s, client, scope)
}

// scopeRefused reports whether the service does not offer the single permission.
func (s *session) scopeRefused() bool {
	if len(s.rec.seen) == 0 {
		return false
	}
	r, ok := parseRefusal(s.rec.seen[len(s.rec.seen)-1])
	return ok && r.Error == "invalid_scope"
}
