package graph

import (
	"context"
	"errors"
	"net/http"
	"strconv"
	"strings"
	"time"

	abs "github.com/microsoft/kiota-abstractions-go"

	"github.com/spcheck/spcheck/internal/graph/wire"
	"github.com/spcheck/spcheck/internal/netfail"
	"github.com/spcheck/spcheck/internal/objects"
	"github.com/spcheck/spcheck/internal/secrets"
	"github.com/spcheck/spcheck/internal/transport"
)

// scanRun is the state of one listing.
type scanRun struct {
	client   *Client
	scan     scanning
	seen     map[string]bool
	restarts int
	// changed is called for the objects of a delta query. delta is the link at its end.
	changed func(*objects.Changed) error
	delta   string
}

// fetch is a page that is being read. link is sent as soon as it is known, often before
// the objects. The next page can then be requested while this one still arrives.
type fetch struct {
	ri     *abs.RequestInformation
	link   chan string
	done   chan fetched
	reread bool // only its link is needed
}

type fetched struct {
	page    wire.ScanPage
	retried bool // the answer came after a retry
	units   int
	token   secrets.Value // the token that was sent
	err     error
}

// begin discards what was read.
func (r *scanRun) begin() {
	if r.scan.Restart != nil {
		r.scan.Restart()
	}
}

// all reads every page. It starts again if Graph no longer knows the listing.
func (r *scanRun) all(ctx context.Context, first *abs.RequestInformation) error {
	for {
		err := r.chain(ctx, first)
		if !isForgotten(err) || r.restarts >= scanRestarts {
			return err
		}
		r.restarts++
		r.begin()
	}
}

// chain follows the pages of one listing. previous is the page before the current one.
// If its link came in a retried answer and Graph does not know the link, the previous
// page is requested once more to get a link from a first try (Graph documentation of
// paging, DirectoryPageTokenNotFoundException).
func (r *scanRun) chain(ctx context.Context, ri *abs.RequestInformation) error {
	r.seen = map[string]bool{}
	current, headers := r.start(ctx, ri, 0), ri.Headers
	var previous *fetch
	suspect := false
	for range scanPages {
		ahead, err := r.ahead(ctx, current, headers)
		if err != nil {
			return err
		}
		got := <-current.done
		switch {
		case got.err != nil && suspect && isTokenNotFound(got.err):
			current = r.start(ctx, previous.ri, 0)
			current.reread, suspect, previous = true, false, nil
			continue
		case got.err != nil:
			return got.err
		case !current.reread:
			if err := r.visit(&got); err != nil {
				return err
			}
		}
		if ahead == nil {
			return nil
		}
		previous, suspect = current, got.retried
		current = ahead
	}
	return errTooManyPages
}

// ahead starts to fetch the next page, if there is one.
func (r *scanRun) ahead(ctx context.Context, current *fetch, headers *abs.RequestHeaders) (*fetch, error) {
	link := <-current.link
	if link == "" {
		return nil, nil
	}
	switch {
	case r.seen[link] && current.reread: // there is no fresh link
		return nil, &Error{Status: http.StatusBadRequest, Code: "Directory_ExpiredPageToken"}
	case r.seen[link]:
		return nil, malformed(r.client.origin, netfail.LinkLoop)
	}
	r.seen[link] = true
	ri, err := r.client.following(link, headers)
	if err != nil {
		return nil, err
	}
	return r.start(ctx, ri, time.Duration(r.client.slow.Load())), nil
}

func (r *scanRun) visit(got *fetched) error {
	for i := range got.page.Objects {
		if err := r.scan.Object(&got.page.Objects[i]); err != nil {
			return err
		}
	}
	for i := range got.page.Changed {
		if err := r.changed(&got.page.Changed[i]); err != nil {
			return err
		}
	}
	r.delta = got.page.Delta
	if r.scan.Page != nil {
		r.scan.Page(objects.Page{Objects: got.page.Count, ResourceUnits: got.units})
	}
	return nil
}

func (r *scanRun) start(ctx context.Context, ri *abs.RequestInformation, after time.Duration) *fetch {
	f := &fetch{ri: ri, link: make(chan string, 1), done: make(chan fetched, 1)}
	go func() {
		got := fetched{err: r.client.sleep(ctx, after)}
		if got.err == nil {
			got = r.read(ctx, f)
		}
		f.offer(got.page.Next) // or reports that there is none
		f.done <- got
	}()
	return f
}

// offer sends the link once.
func (f *fetch) offer(link string) {
	select {
	case f.link <- link:
	default:
	}
}

// pauses before a page is requested again because its answer broke off. None of its
// objects were visited, so reading it twice is safe.
var pauses = [...]time.Duration{200 * time.Millisecond, time.Second, 5 * time.Second}

// read reads a page, and retries if that may help. A token may be rejected before it
// expires, for example after a policy change. Then read tries one other token.
func (r *scanRun) read(ctx context.Context, f *fetch) (got fetched) {
	renewed := false
	for broken := 0; ; {
		again := got.err != nil
		got = r.readOnce(ctx, f)
		got.retried = got.retried || again
		switch {
		case asError(got.err).Status == http.StatusUnauthorized && !renewed && r.client.forget(got.token):
			renewed = true
		case !brokeOff(got.err) || broken == len(pauses) || r.client.sleep(ctx, pauses[broken]) != nil:
			return got
		default:
			broken++
		}
	}
}

func (r *scanRun) readOnce(ctx context.Context, f *fetch) (got fetched) {
	ctx, trace := withTrace(ctx)
	ri := *f.ri // sending it adds options
	got.err = r.client.do(ctx, &ri, func(resp *http.Response) (err error) {
		got.units, _ = strconv.Atoi(resp.Header.Get("X-Ms-Resource-Unit"))
		r.client.slow.Store(int64(pace(resp.Header)))
		if resp.StatusCode != http.StatusOK {
			return r.client.refusal(resp)
		}
		if head := transport.Peek(resp, 512); !wire.LooksJSON(head) {
			return r.client.wrong(resp, head)
		}
		got.page, err = wire.ReadScanPage(resp.Body, r.scan.Kind, r.scan.Part, f.offer)
		return r.client.readFailure(resp, err)
	})
	got.retried = trace.retried.Load()
	if sent := trace.token.Load(); sent != nil {
		got.token = *sent
	}
	return got
}

// brokeOff reports whether an answer was cut short, was malformed, or came from a
// failing gateway. The next try may succeed.
func brokeOff(err error) bool {
	status := asError(err).Status
	if n, ok := errors.AsType[*netfail.Error](err); ok && status == 0 {
		switch n.Kind {
		case netfail.Reset, netfail.Timeout, netfail.Other: // HTTP/2 has its own way to end one stream
			return true
		case netfail.WrongAnswer:
			return n.Page != nil && (n.Page.Status == http.StatusOK || n.Page.Status >= http.StatusInternalServerError)
		}
	}
	return status == http.StatusInternalServerError || status == http.StatusBadGateway
}

// isForgotten reports whether Graph no longer knows the listing's page tokens.
func isForgotten(err error) bool {
	return strings.Contains(asError(err).Code, "ExpiredPageToken") || isTokenNotFound(err)
}

func isTokenNotFound(err error) bool {
	e := asError(err)
	return strings.Contains(e.Code+" "+e.Message, "DirectoryPageTokenNotFound")
}

// number parses a decimal. It returns 0 if that fails.
func number(s string) float64 {
	n, err := strconv.ParseFloat(s, 64)
	if err != nil || n < 0 || n > 1e6 {
		return 0
	}
	return n
}
