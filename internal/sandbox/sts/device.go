package sts

import (
	"crypto/rand"
	"fmt"
	"net/http"
	"strings"
	"time"
)

const (
	deviceLifetime = 900 // seconds, as the service says
	deviceInterval = 5   // seconds between polls, as the service says
	// userCodeAlphabet leaves out what is easily mistaken.
	userCodeAlphabet = "ABCDEFGHJKLMNPQRSTUVWXYZ23456789"
)

// deviceAnswer is the answer of the device-code endpoint of version 2.0.
type deviceAnswer struct {
	UserCode string `json:"user_code"`
	Device   string `json:"device_code"`
	URI      string `json:"verification_uri"`
	Expires  int    `json:"expires_in"`
	Interval int    `json:"interval"`
	Message  string `json:"message"`
}

// deviceAnswerV1 is that of the older endpoint.
type deviceAnswerV1 struct {
	UserCode string `json:"user_code"`
	Device   string `json:"device_code"`
	URL      string `json:"verification_url"`
	Expires  string `json:"expires_in"`
	Interval string `json:"interval"`
	Message  string `json:"message"`
}

// deviceCode begins a sign-in by device code, which the sandbox approves by
// itself after a poll or two.
func (s *Service) deviceCode(version int) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		x := newExchange(r)
		q, err := s.readTokenRequest(r, version)
		if err != nil {
			s.refuse(w, r, x, missingParameter("client_id"))
			return
		}
		p, why := s.beginDevice(q)
		if why != nil {
			s.refuse(w, r, x, why)
			return
		}
		s.mu.Lock()
		code := s.keepPending(s.devices, p)
		s.mu.Unlock()
		page := s.o.DevicePage
		if page == "" {
			page = "https://" + r.Host + "/devicelogin"
		}
		message := fmt.Sprintf("To sign in, use a web browser to open the page %s and enter the code %s to authenticate.", page, p.userCode)
		setHeaders(w.Header(), x, 0)
		uncached(w.Header())
		if version == 1 {
			writeJSON(w, http.StatusOK, deviceAnswerV1{p.userCode, code, page, fmt.Sprint(deviceLifetime), fmt.Sprint(deviceInterval), message})
			return
		}
		writeJSON(w, http.StatusOK, deviceAnswer{p.userCode, code, page, deviceLifetime, deviceInterval, message})
	}
}

func (s *Service) beginDevice(q *tokenRequest) (*pendingSignIn, *refusal) {
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
		return nil, missingParameter("scope")
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
func (s *Service) redeemDevice(q *tokenRequest) (*granted, *refusal) {
	code := q.form.Get("device_code")
	if code == "" {
		code = q.form.Get("code") // the older endpoint's name for it
	}
	s.mu.Lock()
	p, ok := s.devices[code]
	pending := ok && p.polls < s.o.PendingPolls
	if ok {
		p.polls++
	}
	s.mu.Unlock()
	switch {
	case !ok || !strings.EqualFold(p.clientID, q.clientID):
		return nil, unknownDevice()
	case s.now().After(p.ends):
		return nil, endedDevice()
	case pending:
		return nil, pendingDevice()
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

// devicePage is where the message of the device-code flow leads.
func (s *Service) devicePage(w http.ResponseWriter, _ *http.Request) {
	w.Header().Set("Content-Type", "text/html; charset=utf-8")
	w.Header().Set("X-Content-Type-Options", "nosniff")
	_, _ = w.Write([]byte("<!doctype html><title>spcheck sandbox</title><p>This is the spcheck sandbox: it approves device codes by itself. You may close this page.</p>\n"))
}
