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

// scanRun is one listing on its way.
type scanRun struct {
	client   *Client
	scan     scanning
	seen     map[string]bool
	restarts int
	// changed is called for the objects of a delta query, which ends with the link delta.
	changed func(*objects.Changed) error
	delta   string
}

// fetch is a page that is being read. link is sent as soon as it is known, which
// is before the objects where Graph puts it there, so that the next page can be
// asked for while this one still arrives.
type fetch struct {
	ri     *abs.RequestInformation
	link   chan string
	done   chan fetched
	reread bool // only its link is wanted
}

type fetched struct {
	page    wire.ScanPage
	retried bool // the answer came after a refusal
	units   int
	token   secrets.Value // that was sent
	err     error
}

// begin drops what was read.
func (r *scanRun) begin() {
	r.seen = map[string]bool{}
	if r.scan.Restart != nil {
		r.scan.Restart()
	}
}

// all reads every page, and begins again where the service has forgotten the
// listing.
func (r *scanRun) all(ctx context.Context, first func(*Client, scanning) *abs.RequestInformation) error {
	for {
		r.seen = map[string]bool{}
		err := r.chain(ctx, first(r.client, r.scan))
		if !isForgotten(err) || r.restarts >= scanRestarts {
			return err
		}
		r.restarts++
		r.begin()
	}
}

// chain follows the pages of one listing. previous is the page before the
// current one: where its link came in a retried answer and turns out to be
// unknown, the page is asked for once more, only for a link of a first try
// (Graph documentation of paging, DirectoryPageTokenNotFoundException).
func (r *scanRun) chain(ctx context.Context, ri *abs.RequestInformation) error {
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

// ahead starts the page that the current one links to, if any.
func (r *scanRun) ahead(ctx context.Context, current *fetch, headers *abs.RequestHeaders) (*fetch, error) {
	link := <-current.link
	if link == "" {
		return nil, nil
	}
	switch {
	case r.seen[link] && current.reread: // no fresh link is to be had
		return nil, &Error{Status: http.StatusBadRequest, Code: "Directory_ExpiredPageToken"}
	case r.seen[link]:
		return nil, r.client.loop()
	}
	r.seen[link] = true
	ri, err := r.client.following(link, headers)
	if err != nil {
		return nil, err
	}
	return r.start(ctx, ri, r.client.holdBack()), nil
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
		got := fetched{err: r.client.turn(ctx, after)}
		if got.err == nil {
			got = r.read(ctx, f)
		}
		f.offer(got.page.Next) // or that there is none
		f.done <- got
	}()
	return f
}

// offer hands the link over, once.
func (f *fetch) offer(link string) {
	select {
	case f.link <- link:
	default:
	}
}

// pauses before a page is asked for again whose answer breaks off. Nothing of it
// was visited, and reading twice harms nobody.
var pauses = [...]time.Duration{200 * time.Millisecond, time.Second, 5 * time.Second}

// read reads a page, again where that may help. A token may be refused although
// it has not ended, as after a policy was changed: another one is tried, once.
func (r *scanRun) read(ctx context.Context, f *fetch) (got fetched) {
	renewed := false
	for broken := 0; ; {
		again := got.err != nil
		got = r.readOnce(ctx, f)
		got.retried = got.retried || again
		switch {
		case isUnauthorized(got.err) && !renewed && r.client.forget(got.token):
			renewed = true
		case !brokeOff(got.err) || broken == len(pauses) || r.client.turn(ctx, pauses[broken]) != nil:
			return got
		default:
			broken++
		}
	}
}

func (r *scanRun) readOnce(ctx context.Context, f *fetch) (got fetched) {
	ctx, trace := withTrace(ctx)
	got.err = r.client.do(ctx, clone(f.ri), func(resp *http.Response) (err error) {
		got.units, _ = strconv.Atoi(resp.Header.Get("X-Ms-Resource-Unit"))
		r.client.setPace(pace(resp.Header))
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

// clone makes a request that can be sent again: sending adds options to it.
func clone(ri *abs.RequestInformation) *abs.RequestInformation {
	again := *ri
	return &again
}

// brokeOff reports an answer that began and did not end, made no sense, or came
// from a gateway that fails: the next try may fare better.
func brokeOff(err error) bool {
	if e := asError(err); e != nil {
		return e.Status == http.StatusInternalServerError || e.Status == http.StatusBadGateway
	}
	var n *netfail.Error
	if !errors.As(err, &n) {
		return false
	}
	switch n.Kind {
	case netfail.Reset, netfail.Timeout, netfail.Other: // HTTP/2 ends one stream in its own way
		return true
	case netfail.WrongAnswer:
		return n.Page != nil && (n.Page.Status == http.StatusOK || n.Page.Status >= http.StatusInternalServerError)
	}
	return false
}

// isForgotten reports that the service no longer knows the listing's tokens.
func isForgotten(err error) bool {
	e := asError(err)
	return e != nil && (strings.Contains(e.Code, "ExpiredPageToken") || isTokenNotFound(err))
}

func isTokenNotFound(err error) bool {
	e := asError(err)
	return e != nil && strings.Contains(e.Code+" "+e.Message, "DirectoryPageTokenNotFound")
}

// number reads a decimal, 0 where it is none.
func number(s string) float64 {
	n, err := strconv.ParseFloat(s, 64)
	if err != nil || n < 0 || n > 1e6 {
		return 0
	}
	return n
}
