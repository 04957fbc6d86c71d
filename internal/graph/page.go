package graph

import (
	"context"
	"encoding/json"
	"errors"
	"io"
	"net/http"
	"net/url"
	"strings"

	abs "github.com/microsoft/kiota-abstractions-go"

	"github.com/spcheck/spcheck/internal/graph/wire"
	"github.com/spcheck/spcheck/internal/netfail"
	"github.com/spcheck/spcheck/internal/objects"
	"github.com/spcheck/spcheck/internal/transport"
)

// errTooManyPages ends a listing that never ends by itself.
var errTooManyPages = errors.New("the listing has more pages than a tenant can have")

// list requests a collection and visits every object, page by page. complete is false
// if visit returned objects.ErrEnough or the limit of pages was reached.
func (c *Client) list(ctx context.Context, ri *abs.RequestInformation, pages int, visit func(wire.Item) error) (complete bool, err error) {
	seen := map[string]bool{}
	headers := ri.Headers
	// The visitor's error is kept separately, because explain understands only errors
	// of requests.
	var said error
	listen := func(o wire.Item) error { said = visit(o); return said }
	for range pages {
		var next string
		err := c.do(ctx, ri, func(resp *http.Response) (err error) {
			if resp.StatusCode != http.StatusOK {
				return c.refusal(resp)
			}
			if head := transport.Peek(resp, 512); !wire.LooksJSON(head) {
				return c.wrong(resp, head)
			}
			next, err = wire.ReadPage(resp.Body, listen)
			return c.readFailure(resp, err)
		})
		switch {
		case errors.Is(said, objects.ErrEnough):
			return false, nil
		case said != nil:
			return false, said
		case err != nil:
			return false, err
		case next == "":
			return true, nil
		case seen[next]:
			return false, malformed(c.origin, netfail.LinkLoop)
		}
		seen[next] = true
		if ri, err = c.following(next, headers); err != nil {
			return false, err
		}
	}
	return false, nil
}

// whole visits every object of a collection, or returns an error.
func (c *Client) whole(ctx context.Context, ri *abs.RequestInformation, permission string, visit func(wire.Item)) error {
	complete, err := c.list(ctx, ri, c.maxPages, func(o wire.Item) error { visit(o); return nil })
	if err == nil && !complete {
		err = errTooManyPages
	}
	return need(err, permission)
}

// collect lists what read accepts of the first pages of a collection.
func collect[T any](ctx context.Context, c *Client, ri *abs.RequestInformation, pages int, permission string, read func(wire.Item) (T, bool)) ([]T, error) {
	var out []T
	_, err := c.list(ctx, ri, pages, func(o wire.Item) error {
		if v, ok := read(o); ok {
			out = append(out, v)
		}
		return nil
	})
	if err != nil {
		return nil, need(err, permission)
	}
	return out, nil
}

// following creates the request for a nextLink. The link is used unchanged, except for
// two corrections: an internal version segment that Graph sometimes lets slip through,
// and unescaped blanks. The token is never sent to another host; see authenticator. The
// headers are sent again, because Graph requires them on each page.
func (c *Client) following(link string, headers *abs.RequestHeaders) (*abs.RequestInformation, error) {
	u, err := url.Parse(link)
	if err != nil {
		return nil, c.incomplete()
	}
	u = c.origin.ResolveReference(u)
	if rest, ok := strings.CutPrefix(u.Path, c.origin.Path+"/v2/"); ok {
		u.Path, u.RawPath = c.origin.Path+"/v1.0/"+rest, ""
	}
	u.RawQuery = strings.ReplaceAll(u.RawQuery, " ", "%20")
	ri := abs.NewRequestInformation()
	ri.Method = abs.GET
	ri.SetUri(*u)
	// The adapter writes its base URL into the parameters, which SetUri ignores.
	for _, name := range headers.ListKeys() {
		if !strings.EqualFold(name, "Authorization") {
			for _, v := range headers.Get(name) {
				ri.Headers.Add(name, v)
			}
		}
	}
	return ri, nil
}

// readFailure distinguishes a body that is not JSON from one that could not be read and
// from an error of the visitor. JSON that ends too early was only cut on the way if the body
// ends too early as well.
func (c *Client) readFailure(resp *http.Response, err error) error {
	if errors.Is(err, io.ErrUnexpectedEOF) {
		if _, end := resp.Body.Read(make([]byte, 1)); end == io.EOF {
			return c.wrong(resp, []byte("["))
		}
	}
	if wire.IsMalformed(err) {
		return c.wrong(resp, []byte("{}"))
	}
	return err
}

// get requests one object.
func (c *Client) get(ctx context.Context, b builder, q query) (wire.Item, error) {
	return c.item(ctx, request(b, q))
}

// write sends a JSON body. The answer may be empty (204).
func (c *Client) write(ctx context.Context, method abs.HttpMethod, b builder, body any) (wire.Item, error) {
	data, err := json.Marshal(body)
	if err != nil {
		return nil, errBuild
	}
	ri := request(b, nil)
	ri.Method = method
	ri.SetStreamContentAndContentType(data, "application/json")
	o, err := c.item(ctx, ri)
	return o, need(err, NeedPasswords)
}

// item sends a request and decodes the object in the answer.
func (c *Client) item(ctx context.Context, ri *abs.RequestInformation) (out wire.Item, err error) {
	err = c.do(ctx, ri, func(resp *http.Response) error {
		if resp.StatusCode < 200 || resp.StatusCode > 299 {
			return c.refusal(resp)
		}
		body, err := io.ReadAll(resp.Body)
		switch {
		case err != nil:
			return err
		case len(body) == 0 && ri.Method != abs.GET:
			return nil
		case json.Unmarshal(body, &out) != nil || out == nil:
			return c.wrong(resp, body)
		}
		return nil
	})
	return out, err
}
