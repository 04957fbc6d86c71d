package sts

import (
	"crypto/sha256"
	"crypto/subtle"
	"encoding/base64"
	"html/template"
	"net/http"
	"net/url"
	"strings"
	"sync"
	"time"

	"github.com/google/uuid"
)

// codeLifetime is the lifetime of an authorization code.
const codeLifetime = 10 * time.Minute

// authorize signs the sandbox's user in without asking, and redirects the browser with a
// code, only to loopback addresses.
func (s *Service) authorize(w http.ResponseWriter, r *http.Request, x exchange) *Refusal {
	form := r.URL.Query()
	redirect, err := url.Parse(form.Get("redirect_uri"))
	if err != nil || (redirect.Scheme != "http" && redirect.Scheme != "https") || !isLoopback(redirect.Host) || redirect.User != nil {
		return refuse(50011, form.Get("redirect_uri"))
	}
	q := &tokenRequest{version: x.version, path: r.PathValue("tenant"), host: r.Host, form: form, clientID: form.Get("client_id")}
	code, why := s.beginCode(q)
	if why != nil {
		return why
	}
	values := url.Values{"code": {code}, "session_state": {uuid.NewString()}}
	if state := form.Get("state"); state != "" {
		values.Set("state", state)
	}
	if form.Get("response_mode") == "form_post" {
		postBack(w, form.Get("redirect_uri"), values)
		return nil
	}
	redirect.RawQuery = values.Encode()
	http.Redirect(w, r, redirect.String(), http.StatusFound) //nolint:gosec // to loopback only, as checked above
	return nil
}

func (s *Service) beginCode(q *tokenRequest) (string, *Refusal) {
	s.o.World.RLock()
	defer s.o.World.RUnlock()
	tenant, why := s.userTenant(q.path)
	if why != nil {
		return "", why
	}
	name, why := s.userClient(tenant, q)
	switch {
	case why != nil:
		return "", why
	case q.form.Get("response_type") != "code":
		return "", refuse(700054, q.form.Get("response_type"))
	case q.form.Get("code_challenge") != "" && q.form.Get("code_challenge_method") != "S256":
		return "", refuse(900144, "code_challenge_method")
	}
	p := &pendingSignIn{
		tenantID: tenant.ID, clientID: strings.ToLower(q.clientID), appName: name,
		scope: q.form.Get("scope"), nonce: q.form.Get("nonce"), redirect: q.form.Get("redirect_uri"),
		challenge: q.form.Get("code_challenge"), ends: s.now().Add(codeLifetime),
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	return keepPending(s.codes, p), nil
}

// redeemCode exchanges an authorization code once.
func (s *Service) redeemCode(q *tokenRequest) (*granted, *Refusal) {
	s.mu.Lock()
	p, ok := s.codes[q.form.Get("code")]
	delete(s.codes, q.form.Get("code"))
	s.mu.Unlock()
	switch {
	case !ok || !strings.EqualFold(p.clientID, q.clientID) || s.now().After(p.ends):
		return nil, refuse(70000, "code")
	case p.redirect != q.form.Get("redirect_uri"):
		return nil, refuse(70000, "redirect_uri")
	case p.challenge != "" && !verifies(q.form.Get("code_verifier"), p.challenge):
		return nil, refuse(501481)
	}
	tenant, why := s.findTenant(p.tenantID)
	if why != nil {
		return nil, why
	}
	// PKCE replaces the credential of a public client; a confidential client must send
	// its own.
	if why := s.proven(tenant, q); why != nil {
		return nil, why
	}
	return s.userTokens(q, p)
}

// verifies reports whether a PKCE verifier matches its S256 challenge.
func verifies(verifier, challenge string) bool {
	sum := sha256.Sum256([]byte(verifier))
	return subtle.ConstantTimeCompare([]byte(base64.RawURLEncoding.EncodeToString(sum[:])), []byte(challenge)) == 1
}

// postPage is parsed on first use.
var postPage = sync.OnceValue(func() *template.Template {
	return template.Must(template.New("post").Parse(`<!doctype html><title>Working...</title>
<form method="post" action="{{.To}}">{{range $name, $values := .Values}}{{range $values}}<input type="hidden" name="{{$name}}" value="{{.}}">{{end}}{{end}}<button>Continue</button></form>
<script>document.forms[0].submit()</script>
`))
})

// postBack answers response_mode=form_post.
func postBack(w http.ResponseWriter, to string, values url.Values) {
	w.Header().Set("Content-Type", "text/html; charset=utf-8")
	w.Header().Set("Cache-Control", "no-store, no-cache")
	_ = postPage().Execute(w, map[string]any{"To": to, "Values": values}) // the browser may be gone
}
