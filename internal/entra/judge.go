package entra

import (
	"context"
	"encoding/json"
	"errors"
	"net/http"
	"net/url"
	"strings"
	"time"

	"github.com/spcheck/spcheck/internal/causes"
	"github.com/spcheck/spcheck/internal/msg"
	"github.com/spcheck/spcheck/internal/transport"
)

var (
	errPanic = errors.New("the sign-in library failed on the answer")
	errSetUp = errors.New("the sign-in library refuses the settings")
)

// Outage is an answer that says "later".
type Outage struct {
	Cause  causes.ID // throttled or service-unavailable
	Status int
	// RetryAfter is what the service asked for, 0 where it did not say.
	RetryAfter time.Duration
}

// judge decides from the record what a failed sign-in means. The library's
// error serves only where there is no record.
func judge(ctx context.Context, a *Attempt, origin string, err error) {
	if errors.Is(ctx.Err(), context.Canceled) {
		a.Err = transport.Classify(context.Canceled)
		return
	}
	if len(a.Exchanges) == 0 {
		if errors.Is(err, errSetUp) {
			a.Input = &InputError{"tenant", causes.TenantMalformed, msg.New("the sign-in library refuses the tenant")}
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
	a.Outage = outageOf(last)
	if refusal, ok := parseRefusal(last); ok && last.Status != http.StatusOK {
		a.Refusal = refusal
		return
	}
	if a.Outage == nil {
		a.Err = wrongAnswer(last, hostOf(origin))
		beforeToken(a, last)
	}
}

// beforeToken looks at a sign-in that ended between a good discovery document
// and the request for a token: MSAL refuses a foreign issuer, or cannot sign.
func beforeToken(a *Attempt, last Exchange) {
	if last.Stage != Discovery || !a.Directory.Known() || a.Directory.Value.TokenHost == "" {
		return
	}
	issuer, err := url.Parse(a.Directory.Value.Issuer)
	if err != nil || !strings.EqualFold(issuer.Host, a.Err.Host) {
		a.Err.Reason, a.Err.Page = transport.ForeignHost, nil
	}
}

func outageOf(ex Exchange) *Outage {
	o := &Outage{Status: ex.Status, Cause: causes.ServiceUnavailable}
	switch {
	case ex.Status == http.StatusTooManyRequests:
		o.Cause = causes.Throttled
	case ex.Status < 500 || ex.Status == http.StatusNetworkAuthenticationRequired:
		// 511 is a captive portal's own status (RFC 6585).
		return nil
	}
	o.RetryAfter, _ = transport.RetryAfter(ex.Header, ex.Sent)
	return o
}

// wrongAnswer describes an answer that Entra does not give.
func wrongAnswer(ex Exchange, host string) *transport.NetworkError {
	body := []byte(ex.Body.Reveal())
	e := &transport.NetworkError{
		Kind: transport.WrongAnswer, Host: host, Reason: transport.NotJSON,
		Page: transport.PageOf(ex.Status, ex.Header, body),
	}
	switch {
	case ex.Status >= 300 && ex.Status < 400:
		e.Reason = transport.Redirect
	case ex.Stage == TokenCall && ex.Status == http.StatusOK:
		// Its body is not kept; the type tells JSON from a page.
		if e.Page.ContentType == "application/json" {
			e.Reason = transport.MissingField
		}
	case len(body) == 0:
		e.Reason = transport.EmptyAnswer
	case json.Valid(body):
		e.Reason = transport.MissingField
	}
	return e
}
