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
		if err := c.whenCalm(ctx); err != nil {
			return false, c.explain(err)
		}
		err := c.do(ctx, ri, func(resp *http.Response) (err error) {
			if resp.StatusCode != http.StatusOK {
				return c.refusal(resp)
			}
			next, err = c.readPage(resp, listen)
			return err
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
			return false, c.loop()
		}
		seen[next] = true
		if ri, err = c.following(next, headers); err != nil {
			return false, err
		}
	}
	return false, nil
}

func (c *Client) wrongLink() error {
	return &netfail.Error{Kind: netfail.WrongAnswer, Reason: netfail.MissingField, Host: c.origin.Host}
}

// loop is the error for a listing whose links never end.
func (c *Client) loop() error {
	return &netfail.Error{Kind: netfail.WrongAnswer, Reason: netfail.LinkLoop, Host: c.origin.Host}
}

// following creates the request for a nextLink. The link is used unchanged, except for
// two corrections: an internal version segment that Graph sometimes lets slip through,
// and unescaped blanks. The token is never sent to another host; see authenticator. The
// headers are sent again, because Graph requires them on each page.
func (c *Client) following(link string, headers *abs.RequestHeaders) (*abs.RequestInformation, error) {
	u, err := url.Parse(link)
	if err != nil {
		return nil, c.wrongLink()
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

// readPage decodes one page as a stream.
func (c *Client) readPage(resp *http.Response, visit func(wire.Item) error) (next string, err error) {
	if head := transport.Peek(resp, 512); !wire.LooksJSON(head) {
		return "", c.wrong(resp, head)
	}
	next, err = wire.ReadPage(resp.Body, visit)
	return next, c.readFailure(resp, err)
}

// readFailure distinguishes a body that is not JSON from one that could not be read and
// from an error of the visitor.
func (c *Client) readFailure(resp *http.Response, err error) error {
	if wire.IsMalformed(err) {
		return c.wrong(resp, []byte("{}"))
	}
	return err
}

// get requests one object.
func (c *Client) get(ctx context.Context, ri *abs.RequestInformation) (wire.Item, error) {
	var out wire.Item
	if err := c.whenCalm(ctx); err != nil {
		return nil, c.explain(err)
	}
	err := c.do(ctx, ri, func(resp *http.Response) error {
		if resp.StatusCode != http.StatusOK {
			return c.refusal(resp)
		}
		body, err := io.ReadAll(resp.Body)
		if err != nil {
			return err
		}
		if json.Unmarshal(body, &out) != nil || out == nil {
			return c.wrong(resp, body)
		}
		return nil
	})
	return out, err
}
