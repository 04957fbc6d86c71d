package entra

import (
	"bytes"
	"context"
	"encoding/json"
	"io"
	"net/http"
	"net/url"
	"strings"
	"sync"
	"time"

	"github.com/spcheck/spcheck/internal/pause"
)

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

// CloseIdleConnections closes those of the underlying transport.
func (p *pacer) CloseIdleConnections() {
	if c, ok := p.base.(interface{ CloseIdleConnections() }); ok {
		c.CloseIdleConnections()
	}
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
