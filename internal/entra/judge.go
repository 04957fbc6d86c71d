package entra

import (
	"context"
	"encoding/json"
	"errors"
	"net/http"
	"net/url"
	"strings"

	"github.com/spcheck/spcheck/internal/msg"
	"github.com/spcheck/spcheck/internal/netfail"
	"github.com/spcheck/spcheck/internal/transport"
)

var (
	errPanic = errors.New("the sign-in library failed on the answer")
	errSetUp = errors.New("the sign-in library refuses the settings")
)

// judge works out from the record why a sign-in failed. It uses the library's error
// only if there is no record.
func judge(ctx context.Context, a *Attempt, origin string, err error) {
	if errors.Is(ctx.Err(), context.Canceled) {
		a.Err = transport.Classify(context.Canceled)
		return
	}
	if len(a.Exchanges) == 0 {
		if errors.Is(err, errSetUp) {
			a.Input = &inputError{Field: "tenant", Text: msg.New("the sign-in library refuses the tenant")}
			return
		}
		a.Err = transport.Classify(err)
		return
	}
	last := a.Exchanges[len(a.Exchanges)-1]
	if last.Err != nil {
		a.Err = last.Err
		return
	}
	host := hostOf(origin)
	if e := foreign(last, host); e != nil {
		a.Err = e
		return
	}
	a.Err = outageOf(last, host)
	if refusal, ok := parseRefusal(last); ok && refusal.says() && last.Status != http.StatusOK {
		a.Refusal = refusal
		return
	}
	if a.Err == nil {
		a.Err = wrongAnswer(last, host)
		beforeToken(a, last)
	}
}

// beforeToken explains a sign-in that failed after a valid discovery document and
// before the token request: MSAL rejects a foreign issuer or cannot sign.
func beforeToken(a *Attempt, last exchange) {
	if last.Stage != discovery || !a.Directory.Known() || a.Directory.Value.TokenHost == "" {
		return
	}
	issuer, err := url.Parse(a.Directory.Value.Issuer)
	if err != nil || !strings.EqualFold(issuer.Host, a.Err.Host) {
		a.Err.Reason, a.Err.Page = netfail.ForeignHost, nil
	}
}

// outageOf returns an error for an answer that means "try later", and nil for any
// other.
func outageOf(ex exchange, host string) *netfail.Error {
	e := &netfail.Error{Kind: netfail.Unavailable, Host: host, Status: ex.Status, Page: transport.PageOf(ex.Status, ex.Header, []byte(ex.Body.Reveal()))}
	switch {
	case ex.Status == http.StatusTooManyRequests:
		e.Kind = netfail.Throttled
	case ex.Status < 500 || ex.Status == http.StatusNetworkAuthenticationRequired:
		// 511 is a captive portal's own status (RFC 6585).
		return nil
	}
	e.RetryAfter, _ = transport.RetryAfter(ex.Header, ex.Sent)
	return e
}

// wrongAnswer describes an answer that cannot come from Entra.
func wrongAnswer(ex exchange, host string) *netfail.Error {
	body := []byte(ex.Body.Reveal())
	e := &netfail.Error{
		Kind: netfail.WrongAnswer, Host: host, Reason: netfail.NotJSON,
		Page: transport.PageOf(ex.Status, ex.Header, body),
	}
	switch {
	case ex.Status >= 300 && ex.Status < 400:
		e.Reason = netfail.Redirect
	case ex.empty:
		e.Reason = netfail.EmptyAnswer
	case ex.Stage == tokenCall && ex.Status == http.StatusOK:
		// Its body is not kept; the content type distinguishes JSON from a page.
		if e.Page.ContentType == "application/json" {
			e.Reason = netfail.MissingField
		}
	case json.Valid(body):
		e.Reason = netfail.MissingField
	}
	return e
}

// signed reports whether an answer has a header that only Entra's front ends send
// (recorded answers of the token endpoint).
func signed(h http.Header) bool {
	for _, name := range []string{"X-Ms-Request-Id", "X-Ms-Ests-Server", "X-Ms-Srs", "X-Ms-Clitelem"} {
		if h.Get(name) != "" {
			return true
		}
	}
	return false
}

// foreign returns an error for an answer that comes from a proxy, gateway or filter
// rather than from Entra, whatever its status. It returns nil if the answer may be
// Entra's.
func foreign(ex exchange, host string) *netfail.Error {
	body := []byte(ex.Body.Reveal())
	switch {
	case signed(ex.Header):
		return nil
	case ex.Status == http.StatusProxyAuthRequired:
		return &netfail.Error{Kind: netfail.ProxyAuth, Host: host, Status: ex.Status, Schemes: transport.Schemes(ex.Header),
			Page: transport.PageOf(ex.Status, ex.Header, body)}
	case ex.Status >= 400 && transport.IsPage(body):
		return wrongAnswer(ex, host)
	}
	return nil
}
