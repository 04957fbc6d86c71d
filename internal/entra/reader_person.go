package entra

import (
	"bytes"
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"io"
	"net/http"
	"net/url"
	"os/exec"
	"runtime"
	"strings"
	"sync"
	"time"

	"github.com/AzureAD/microsoft-authentication-library-for-go/apps/public"

	"github.com/spcheck/spcheck/internal/neutral"
	"github.com/spcheck/spcheck/internal/pause"
	"github.com/spcheck/spcheck/internal/secrets"
)

// readScope is the permission that a person is asked to consent to: reading
// applications. In a tenant where nobody has consented yet, the scope /.default would
// give a token without any permissions.
const readScope = "Application.Read.All"

// DeviceCodeReader reads as a person who signs in with a code on any device.
func DeviceCodeReader(o ReaderOptions) secrets.TokenSource {
	return person(o, func(ctx context.Context, client public.Client, scope string) (public.AuthResult, error) {
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
	return person(o, func(ctx context.Context, client public.Client, scope string) (public.AuthResult, error) {
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

type personSignIn func(context.Context, public.Client, string) (public.AuthResult, error)

func person(o ReaderOptions, signIn personSignIn) secrets.TokenSource {
	return newCached(func(ctx context.Context) (Token, error) {
		s, bad := newPublicSession(o)
		if bad != nil {
			return Token{}, readerError(Attempt{Input: bad})
		}
		result, err := s.asPerson(ctx, o, signIn, strings.TrimSuffix(o.Scope, "/.default")+"/"+cmp.Or(o.Permission, readScope))
		if err != nil && s.scopeRefused() {
			result, err = s.asPerson(ctx, o, signIn, o.Scope)
		}
		if err != nil {
			return Token{}, s.failed(ctx, err)
		}
		return Token{Value: secrets.NewValue(result.AccessToken), ExpiresAt: result.ExpiresOn}, nil
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
	return signIn(ctx, client, scope)
}

// scopeRefused reports whether the service does not offer the single permission.
func (s *session) scopeRefused() bool {
	if len(s.rec.seen) == 0 {
		return false
	}
	r, ok := parseRefusal(s.rec.seen[len(s.rec.seen)-1])
	return ok && r.Error == "invalid_scope"
}

var errNoBrowser = errors.New("no browser could be opened")

// openBrowser opens a page with the system's own means. The library that MSAL would use
// lets the browser write to standard output, which is reserved for data.
func openBrowser(url string) error {
	if !strings.HasPrefix(url, "https://") {
		return errNoBrowser
	}
	for _, command := range browserCommands(runtime.GOOS) {
		path, err := exec.LookPath(command[0])
		if err != nil {
			continue
		}
		cmd := exec.Command(path, append(command[1:], url)...)
		if cmd.Start() == nil {
			go func() { _ = cmd.Wait() }() // avoids a zombie process
			return nil
		}
	}
	return errNoBrowser
}

func browserCommands(system string) [][]string {
	switch system {
	case "windows":
		return [][]string{{"rundll32", "url.dll,FileProtocolHandler"}}
	case "darwin":
		return [][]string{{"open"}}
	}
	return [][]string{{"xdg-open"}, {"x-www-browser"}, {"www-browser"}}
}

// pacer polls at the pace that the service requests while a person enters a device code
// (RFC 8628). MSAL starts at 50 ms and ignores both interval and slow_down.
type pacer struct {
	base     http.RoundTripper
	sleep    func(context.Context, time.Duration) error
	mu       sync.Mutex
	interval time.Duration
}

// Limits of the pace: the default of RFC 8628, and more than any service requests.
const (
	defaultPace = 5 * time.Second
	slowestPace = time.Minute
)

func (p *pacer) RoundTrip(req *http.Request) (*http.Response, error) {
	poll := isPoll(req)
	if poll {
		if err := p.wait(req.Context()); err != nil {
			return nil, err
		}
	}
	resp, err := p.base.RoundTrip(req)
	if err == nil && (poll || strings.HasSuffix(req.URL.Path, "/devicecode")) {
		p.learn(resp)
	}
	return resp, err
}

func (p *pacer) wait(ctx context.Context) error {
	p.mu.Lock()
	d := p.interval
	p.mu.Unlock()
	if p.sleep != nil {
		return p.sleep(ctx, d)
	}
	return pause.For(ctx, d)
}

// learn reads the interval from the device code answer, and adds five seconds for each
// slow_down. The underlying recorder already has the body in memory.
func (p *pacer) learn(resp *http.Response) {
	body, _ := io.ReadAll(resp.Body)
	resp.Body.Close()
	resp.Body = io.NopCloser(bytes.NewReader(body))
	var answer struct {
		Interval   float64 `json:"interval"`
		DeviceCode string  `json:"device_code"`
		Error      string  `json:"error"`
	}
	_ = json.Unmarshal(body, &answer)
	p.mu.Lock()
	defer p.mu.Unlock()
	switch {
	case answer.DeviceCode != "":
		p.interval = defaultPace
		if answer.Interval > 0 && answer.Interval <= slowestPace.Seconds() {
			p.interval = time.Duration(answer.Interval * float64(time.Second))
		}
	case answer.Error == "slow_down":
		p.interval = min(p.interval+defaultPace, slowestPace)
	}
}

// isPoll reports whether the request polls for the token of a device code.
func isPoll(req *http.Request) bool {
	if req.Method != http.MethodPost || req.GetBody == nil {
		return false
	}
	body, err := req.GetBody()
	if err != nil {
		return false
	}
	defer body.Close()
	data, err := io.ReadAll(io.LimitReader(body, 64<<10))
	if err != nil {
		return false
	}
	form, err := url.ParseQuery(string(data))
	return err == nil && form.Has("device_code")
}
