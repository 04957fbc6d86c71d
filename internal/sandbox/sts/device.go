package sts

import (
	"cmp"
	"crypto/rand"
	"fmt"
	"net/http"
	"strings"
	"time"
)

const (
	deviceLifetime = 900 // seconds, as the service says
	deviceInterval = 5   // seconds between polls, as the service says
	// userCodeAlphabet omits characters that look alike.
	userCodeAlphabet = "ABCDEFGHJKLMNPQRSTUVWXYZ23456789"
)

// deviceAnswer is the answer of the device-code endpoint. In version 1, the page has
// another name and the numbers are strings.
type deviceAnswer struct {
	UserCode string `json:"user_code"`
	Device   string `json:"device_code"`
	URI      string `json:"verification_uri,omitempty"`
	URL      string `json:"verification_url,omitempty"`
	Expires  any    `json:"expires_in"`
	Interval any    `json:"interval"`
	Message  string `json:"message"`
}

// deviceCode starts a device-code sign-in, which the sandbox itself approves after a few
// polls.
func (s *Service) deviceCode(w http.ResponseWriter, r *http.Request, x exchange) *Refusal {
	q, err := s.readTokenRequest(r, x.version)
	if err != nil {
		return refuse(900144, "client_id")
	}
	p, why := s.beginDevice(q)
	if why != nil {
		return why
	}
	s.mu.Lock()
	code := keepPending(s.devices, p)
	s.mu.Unlock()
	page := cmp.Or(s.o.DevicePage, "https://"+r.Host+"/devicelogin")
	message := fmt.Sprintf("To sign in, use a web browser to open the page %s and enter the code %s to authenticate.", page, p.userCode)
	out := deviceAnswer{UserCode: p.userCode, Device: code, URI: page, Expires: deviceLifetime, Interval: deviceInterval, Message: message}
	if x.version == 1 {
		out.URI, out.URL, out.Expires, out.Interval = "", page, fmt.Sprint(deviceLifetime), fmt.Sprint(deviceInterval)
	}
	setHeaders(w.Header(), x, 0)
	uncached(w.Header())
	writeJSON(w, http.StatusOK, out)
	return nil
}

func (s *Service) beginDevice(q *tokenRequest) (*pendingSignIn, *Refusal) {
	s.o.World.RLock()
	defer s.o.World.RUnlock()
	tenant, why := s.userTenant(q.path)
	if why != nil {
		return nil, why
	}
	name, why := s.userClient(tenant, q)
	if why != nil {
		return nil, why
	}
	scope := q.form.Get("scope")
	if q.version == 2 && scope == "" {
		return nil, refuse(900144, "scope")
	}
	return &pendingSignIn{
		tenantID: tenant.ID, clientID: strings.ToLower(q.clientID), appName: name, scope: scope,
		userCode: userCode(), ends: s.now().Add(deviceLifetime * time.Second),
	}, nil
}

func userCode() string {
	code := make([]byte, 9)
	_, _ = rand.Read(code) // never fails; it would end the process
	for i, b := range code {
		code[i] = userCodeAlphabet[int(b)%len(userCodeAlphabet)]
	}
	return string(code)
}

// redeemDevice answers a poll.
func (s *Service) redeemDevice(q *tokenRequest) (*granted, *Refusal) {
	code := cmp.Or(q.form.Get("device_code"), q.form.Get("code")) // the older endpoint's name for it
	s.mu.Lock()
	p, ok := s.devices[code]
	pending := ok && p.polls < s.o.PendingPolls
	if ok {
		p.polls++
	}
	s.mu.Unlock()
	switch {
	case !ok || !strings.EqualFold(p.clientID, q.clientID):
		return nil, refuse(70000, "device_code")
	case s.now().After(p.ends):
		return nil, refuse(70020)
	case pending:
		return nil, refuse(70016)
	}
	tenant, why := s.findTenant(p.tenantID)
	if why != nil {
		return nil, why
	}
	if why := s.proven(tenant, q); why != nil {
		return nil, why
	}
	s.mu.Lock()
	delete(s.devices, code)
	s.mu.Unlock()
	return s.userTokens(q, p)
}

// devicePage is the page named in the message of the device-code flow.
func (s *Service) devicePage(w http.ResponseWriter, _ *http.Request) {
	w.Header().Set("Content-Type", "text/html; charset=utf-8")
	w.Header().Set("X-Content-Type-Options", "nosniff")
	_, _ = w.Write([]byte("<!doctype html><title>spcheck sandbox</title><p>This is the spcheck sandbox: it approves device codes by itself. You may close this page.</p>\n"))
}
