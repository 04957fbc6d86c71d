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

	"github.com/spcheck/spcheck/internal/transport"
)

// ErrEnough, returned by a visitor, ends EachApplication or EachServicePrincipal
// early, without an error.
var ErrEnough = errors.New("enough")

// list sends a request for a collection and visits every object of it, page by
// page. It reports whether the collection was read to its end: false where
// visit returned ErrEnough or the bound of pages was met.
func (c *Client) list(ctx context.Context, ri *abs.RequestInformation, pages int, visit func(item) error) (complete bool, err error) {
	seen := map[string]bool{}
	headers := ri.Headers
	// What the visitor says is kept aside, since explain reads only errors of
	// the exchange.
	var said error
	listen := func(o item) error { said = visit(o); return said }
	for page := 0; page < pages; page++ {
		var next string
		err := c.do(ctx, ri, func(resp *http.Response) (err error) {
			if resp.StatusCode != http.StatusOK {
				return c.refusal(resp)
			}
			next, err = c.readPage(resp, listen)
			return err
		})
		switch {
		case errors.Is(said, ErrEnough):
			return false, nil
		case said != nil:
			return false, said
		case err != nil:
			return false, err
		case next == "":
			return true, nil
		case seen[next]:
			return false, c.wrongLink()
		}
		seen[next] = true
		if ri, err = c.following(next, headers); err != nil {
			return false, err
		}
	}
	return false, nil
}

func (c *Client) wrongLink() error {
	return &transport.NetworkError{Kind: transport.WrongAnswer, Reason: transport.MissingField, Host: c.origin.Host}
}

// following makes the request for a nextLink. The link is repeated as a whole;
// only its internal version segment, which Graph lets slip at times, and bare
// blanks are mended. A foreign host gets nothing: see authenticator. The headers are sent again: Graph wants them on each page.
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

// readPage streams one page. The nextLink may stand before or after the objects.
func (c *Client) readPage(resp *http.Response, visit func(item) error) (next string, err error) {
	if head := transport.Peek(resp, 512); !looksJSON(head) {
		return "", c.wrong(resp, head)
	}
	s := &stream{dec: json.NewDecoder(resp.Body), visit: visit}
	if err := s.read(); err != nil {
		return "", c.readFailure(resp, err)
	}
	if !s.found {
		return "", c.wrong(resp, []byte("{}"))
	}
	return s.next, nil
}

// readFailure tells a body that is no JSON from one that could not be read and
// from the visitor's own error.
func (c *Client) readFailure(resp *http.Response, err error) error {
	var syntax *json.SyntaxError
	var kind *json.UnmarshalTypeError
	if errors.As(err, &syntax) || errors.As(err, &kind) || errors.Is(err, errShape) {
		return c.wrong(resp, []byte("{}"))
	}
	return err
}

var errShape = errors.New("the page is not an object with a list")

type stream struct {
	dec   *json.Decoder
	visit func(item) error
	next  string
	found bool
}

func (s *stream) read() error {
	if err := s.expect(json.Delim('{')); err != nil {
		return err
	}
	for s.dec.More() {
		key, err := s.dec.Token()
		if err != nil {
			return err
		}
		switch key {
		case "value":
			err = s.values()
		case "@odata.nextLink":
			err = s.link()
		default:
			var skip json.RawMessage
			err = s.dec.Decode(&skip)
		}
		if err != nil {
			return err
		}
	}
	return s.expect(json.Delim('}'))
}

func (s *stream) expect(want json.Delim) error {
	got, err := s.dec.Token()
	if err == nil && got != want {
		err = errShape
	}
	if errors.Is(err, io.EOF) {
		err = io.ErrUnexpectedEOF
	}
	return err
}

func (s *stream) values() error {
	if err := s.expect(json.Delim('[')); err != nil {
		return err
	}
	s.found = true
	for s.dec.More() {
		var raw json.RawMessage
		if err := s.dec.Decode(&raw); err != nil {
			return err
		}
		var o item
		if json.Unmarshal(raw, &o) != nil || o == nil {
			continue // null, or no object: nothing that could be told about it
		}
		if err := s.visit(o); err != nil {
			return err
		}
	}
	return s.expect(json.Delim(']'))
}

func (s *stream) link() error {
	var raw json.RawMessage
	if err := s.dec.Decode(&raw); err != nil {
		return err
	}
	_ = json.Unmarshal(raw, &s.next)
	return nil
}

// get sends a request for one object.
func (c *Client) get(ctx context.Context, ri *abs.RequestInformation) (item, error) {
	var out item
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
