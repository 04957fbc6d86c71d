package entra

import (
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/spcheck/spcheck/internal/secrets"
)

// FuzzTokenAnswer looks for answers of a token endpoint that break the reading
// of refusals, outages and pages of others.
func FuzzTokenAnswer(f *testing.F) {
	f.Add(401, "application/json", `{"error":"invalid_client","error_description":"AADSTS7000222: x\r\nTrace ID: 1","error_codes":[7000222],"timestamp":"2026-01-02 03:04:05Z"}`)
	f.Add(503, "text/html", `<html><title>Busy`)
	f.Add(200, "", `{"access_token":7}`)
	f.Add(302, "a/b; c=\xff", "[[[[{\"error\":{}}]")
	f.Fuzz(func(t *testing.T, status int, contentType, body string) {
		ex := Exchange{Stage: TokenCall, Status: status, Header: http.Header{"Content-Type": {contentType}, "Retry-After": {contentType}},
			Body: secrets.NewValue(body), Sent: time.Unix(1_800_000_000, 0)}
		if r, ok := parseRefusal(ex); ok {
			if r.Error == "" || len(r.Codes) > 16 {
				t.Errorf("%+v", r)
			}
			for _, c := range r.Codes {
				if strings.Trim(c, "0123456789") != "" || c == "" {
					t.Errorf("the code %q", c)
				}
			}
		}
		if o := outageOf(ex); o != nil && o.RetryAfter < 0 {
			t.Errorf("%+v", o)
		}
		if e := wrongAnswer(ex, "login.example"); e.Error() == "" {
			t.Error("no words for it")
		}
	})
}

// FuzzClaims looks for tokens that break the reading of their claims.
func FuzzClaims(f *testing.F) {
	f.Add("eyJ0eXAiOiJKV1QifQ.eyJ0aWQiOiJ4Iiwicm9sZXMiOlsiQSJdLCJleHAiOjE4MDAwMDAwMDB9.c2ln")
	f.Add("e30.eyJhdWQiOlsxXSwicm9sZXMiOiJ4IiwiZXhwIjoxZTMwOX0.")
	f.Add("..")
	f.Fuzz(func(t *testing.T, token string) {
		got := ClaimsOf(secrets.NewValue(token))
		if got.Known() == (got.Err != nil) {
			t.Errorf("%+v", got)
		}
	})
}
