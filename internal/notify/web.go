package notify

import (
	"bytes"
	"context"
	"io"
	"net/http"
	"strconv"
	"time"

	"github.com/spcheck/spcheck/internal/msg"
	"github.com/spcheck/spcheck/internal/transport"
)

const (
	// patience is the time limit for one message, including pauses for a busy service.
	patience = 2 * time.Minute
	// longestPause is the longest Retry-After that is accepted.
	longestPause = time.Minute
	// answerBody is the number of bytes of a response that are read. They are not used.
	answerBody = 64 << 10
)

// post sends a message to a webhook. Its errors do not contain the URL.
func (s *Sender) post(ctx context.Context, a *Address, m *Message) error {
	body, err := m.form(a.kind)
	if err != nil {
		return err
	}
	ctx, cancel := context.WithTimeout(ctx, patience)
	defer cancel()
	req, err := http.NewRequestWithContext(ctx, http.MethodPost, a.web, bytes.NewReader(body))
	if err != nil {
		return msg.Error(msg.New("it is not a URL such as https://… or smtps://…"))
	}
	req.Header.Set("Content-Type", "application/json")
	resp, err := s.patient().Do(req)
	if err != nil {
		return transport.Classify(err)
	}
	defer resp.Body.Close()
	_, _ = io.Copy(io.Discard, io.LimitReader(resp.Body, answerBody))
	return refusal(resp.StatusCode)
}

// patient returns a client that retries only if the service says that it is busy. After any
// other failure, the message may have arrived.
func (s *Sender) patient() *http.Client {
	return transport.Wrap(s.HTTP, func(base http.RoundTripper) http.RoundTripper {
		return &transport.Retry{Base: base, Attempts: 4, Longest: longestPause, Sleep: s.Sleep,
			Again: func(_ *http.Request, resp *http.Response, _ func() []byte) bool {
				return resp.StatusCode == http.StatusTooManyRequests
			}}
	})
}

// refusal returns an error unless the status is a success.
func refusal(status int) error {
	code := strconv.Itoa(status)
	switch {
	case status >= 200 && status < 300:
		return nil
	case status >= 300 && status < 400:
		return msg.Error(msg.New("the service answered with a redirect (HTTP status %s), which is not followed; check the URL", code))
	case status == http.StatusTooManyRequests:
		return msg.Error(msg.New("the service is busy and did not accept the message (HTTP status %s)", code))
	case status == http.StatusUnauthorized, status == http.StatusForbidden, status == http.StatusNotFound, status == http.StatusGone:
		return msg.Error(msg.New("the service does not accept the URL (HTTP status %s): it may have been switched off or replaced", code))
	case status < 500:
		return msg.Error(msg.New("the service refused the message (HTTP status %s)", code))
	}
	return msg.Error(msg.New("the service is failing (HTTP status %s)", code))
}
