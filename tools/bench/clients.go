package main

import (
	"context"
	"errors"
	"io"
	"net/http"
	"net/url"
	"strings"
	"sync"

	"github.com/go-json-experiment/json/jsontext"
	abs "github.com/microsoft/kiota-abstractions-go"
	"github.com/microsoft/kiota-abstractions-go/authentication"
	"github.com/microsoft/kiota-abstractions-go/serialization"
	khttp "github.com/microsoft/kiota-http-go"
	kjson "github.com/microsoft/kiota-serialization-json-go"
	core "github.com/microsoftgraph/msgraph-sdk-go-core"
	"github.com/microsoftgraph/msgraph-sdk-go/applications"
	"github.com/microsoftgraph/msgraph-sdk-go/models"
	"github.com/microsoftgraph/msgraph-sdk-go/serviceprincipals"

	"github.com/spcheck/spcheck/internal/transport"
)

// client is what the scan is compared with: a process of its own that reads the
// same pages.
func client(args []string) error {
	kind, address, ca := args[0], args[1], args[2]
	c, err := transport.New(transport.Options{CAFile: ca})
	if err != nil {
		return err
	}
	switch kind {
	case "bytes":
		return sideBySide(c, address, func(body io.Reader) (string, error) { return linkOnly(body, false) })
	case "loop":
		return loop(c, address)
	case "tokens":
		return sideBySide(c, address, func(body io.Reader) (string, error) { return linkOnly(body, true) })
	case "sdk":
		return sdk(c, address)
	}
	return errors.New("unknown client")
}

// loop signs in and reads the pages of the applications, as a script does that only
// fetches them.
func loop(c *http.Client, address string) error {
	token := address + "/" + tenantOf(0) + "/oauth2/v2.0/token"
	form := url.Values{"grant_type": {"client_credentials"}, "client_id": {tenantOf(1)}, "client_secret": {"bench"}}
	ask, err := http.NewRequestWithContext(context.Background(), http.MethodPost, token, strings.NewReader(form.Encode()))
	if err != nil {
		return err
	}
	ask.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	resp, err := c.Do(ask)
	if err != nil {
		return err
	}
	if err := resp.Body.Close(); err != nil {
		return err
	}
	page := address + "/v1.0/applications?$top=999"
	for page != "" && err == nil {
		page, err = fetch(c, page, func(body io.Reader) (string, error) { return linkOnly(body, false) })
	}
	return err
}

// sideBySide reads both collections at a time, page after page.
func sideBySide(c *http.Client, address string, read func(io.Reader) (string, error)) error {
	var wg sync.WaitGroup
	errs := make([]error, 2)
	for i, collection := range []string{"applications", "servicePrincipals"} {
		wg.Go(func() {
			page := address + "/v1.0/" + collection + "?$top=999"
			for page != "" && errs[i] == nil {
				page, errs[i] = fetch(c, page, read)
			}
		})
	}
	wg.Wait()
	return errors.Join(errs...)
}

func fetch(c *http.Client, page string, read func(io.Reader) (string, error)) (string, error) {
	req, err := http.NewRequestWithContext(context.Background(), http.MethodGet, page, nil)
	if err != nil {
		return "", err
	}
	resp, err := c.Do(req)
	if err != nil {
		return "", err
	}
	defer resp.Body.Close()
	return read(resp.Body)
}

// linkOnly finds the nextLink, which is first, and reads the rest: as bytes,
// or token by token.
func linkOnly(body io.Reader, tokens bool) (string, error) {
	link := ""
	if !tokens {
		head := make([]byte, 300)
		n, err := io.ReadFull(body, head)
		if err != nil && !errors.Is(err, io.ErrUnexpectedEOF) {
			return "", err
		}
		if _, rest, ok := strings.Cut(string(head[:n]), `"@odata.nextLink":"`); ok {
			link, _, _ = strings.Cut(rest, `"`)
		}
		_, err = io.Copy(io.Discard, body)
		return link, err
	}
	d := jsontext.NewDecoder(body, jsontext.AllowDuplicateNames(true), jsontext.AllowInvalidUTF8(true))
	next := false
	for {
		t, err := d.ReadToken()
		if errors.Is(err, io.EOF) {
			return link, nil
		}
		if err != nil {
			return "", err
		}
		if d.StackDepth() == 1 && t.Kind() == '"' {
			if next {
				link = t.String()
			}
			next = t.String() == "@odata.nextLink"
		}
	}
}

// sdk reads with the Graph SDK's request builders, typed models and page
// iterator, as its documentation shows: one collection after the other.
func sdk(c *http.Client, address string) error {
	registry := serialization.NewParseNodeFactoryRegistry()
	registry.ContentTypeAssociatedFactories["application/json"] = kjson.NewJsonParseNodeFactory()
	adapter, err := khttp.NewNetHttpRequestAdapterWithParseNodeFactoryAndSerializationWriterFactoryAndHttpClient(
		&authentication.AnonymousAuthenticationProvider{}, registry, serialization.NewSerializationWriterFactoryRegistry(), c)
	if err != nil {
		return err
	}
	adapter.SetBaseUrl(address + "/v1.0")
	ctx, top := context.Background(), int32(pageSize)
	secrets := 0
	apps, err := applications.NewApplicationsRequestBuilderInternal(map[string]string{}, adapter).Get(ctx, &applications.ApplicationsRequestBuilderGetRequestConfiguration{
		QueryParameters: &applications.ApplicationsRequestBuilderGetQueryParameters{Top: &top},
	})
	if err != nil {
		return err
	}
	if err := iterate(ctx, adapter, apps, models.CreateApplicationCollectionResponseFromDiscriminatorValue,
		func(a models.Applicationable) { secrets += len(a.GetPasswordCredentials()) }); err != nil {
		return err
	}
	principals, err := serviceprincipals.NewServicePrincipalsRequestBuilderInternal(map[string]string{}, adapter).Get(ctx, &serviceprincipals.ServicePrincipalsRequestBuilderGetRequestConfiguration{
		QueryParameters: &serviceprincipals.ServicePrincipalsRequestBuilderGetQueryParameters{Top: &top},
	})
	if err != nil {
		return err
	}
	return iterate(ctx, adapter, principals, models.CreateServicePrincipalCollectionResponseFromDiscriminatorValue,
		func(p models.ServicePrincipalable) { secrets += len(p.GetPasswordCredentials()) })
}

func iterate[T any](ctx context.Context, adapter abs.RequestAdapter, first any, make serialization.ParsableFactory, visit func(T)) error {
	pages, err := core.NewPageIterator[T](first, adapter, make)
	if err != nil {
		return err
	}
	return pages.Iterate(ctx, func(item T) bool { visit(item); return true })
}
