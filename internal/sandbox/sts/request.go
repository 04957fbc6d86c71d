package sts

import (
	"net/http"
	"net/url"
	"strings"

	"github.com/spcheck/spcheck/internal/sandbox/directory"
)

// tokenRequest is a parsed request to a token endpoint.
type tokenRequest struct {
	version  int    // of the endpoint: 1 or 2
	path     string // the tenant in the path
	host     string // as requested, with port
	remote   string // address of the client
	cloud    *cloud
	tenant   *directory.Tenant
	form     url.Values
	clientID string
	secret   string
	// assertion is the client's signed JWT, or empty.
	assertion string
}

// assertionType is the only client_assertion_type.
const assertionType = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer"

// readTokenRequest parses a form. If the body is not a form, it is empty, and the service
// reports a missing parameter.
func (s *Service) readTokenRequest(r *http.Request, version int) (*tokenRequest, error) {
	if err := r.ParseForm(); err != nil {
		return nil, err
	}
	q := &tokenRequest{
		version: version, path: r.PathValue("tenant"), host: r.Host, remote: hostname(r.RemoteAddr),
		cloud: s.cloud(r), form: r.PostForm,
		clientID:  strings.TrimSpace(r.PostForm.Get("client_id")),
		secret:    r.PostForm.Get("client_secret"),
		assertion: r.PostForm.Get("client_assertion"),
	}
	q.basic(r)
	return q, nil
}

// basic reads the client ID and secret from HTTP Basic, where both are form-encoded (RFC
// 6749, 2.3.1). The body takes precedence.
func (q *tokenRequest) basic(r *http.Request) {
	id, secret, ok := r.BasicAuth()
	if !ok {
		return
	}
	if q.clientID == "" {
		q.clientID = formDecoded(id)
	}
	if q.secret == "" {
		q.secret = formDecoded(secret)
	}
}

// formDecoded decodes s, or returns it if it is not encoded.
func formDecoded(s string) string {
	if decoded, err := url.QueryUnescape(s); err == nil {
		return decoded
	}
	return s
}

// credentialed reports whether the request has a credential.
func (q *tokenRequest) credentialed() bool { return q.secret != "" || q.assertion != "" }

// scopes returns the requested scopes except those of OpenID, which MSAL Go adds to every
// request.
func (q *tokenRequest) scopes() []string {
	var out []string
	for scope := range strings.FieldsSeq(q.form.Get("scope")) {
		switch scope {
		case "openid", "profile", "offline_access", "email":
		default:
			out = append(out, scope)
		}
	}
	return out
}
