package aadsts

import (
	"slices"
	"sync"
)

// labels are the words that announce a value, as the sign-in service, its pages
// in several languages and its client libraries write them.
var labels = map[kind][]string{
	kindTrace: {"traceid", "requestid", "ablaufverfolgungsid", "anforderungsid", "iddesolicitud", "iddedemande", "idtraccia", "idrichiesta"},
	kindCorr:  {"correlationid", "clientrequestid", "korrelationsid", "iddecorrelacin", "iddecorrlation", "idcorrelazione"},
	kindTime:  {"timestamp", "zeitstempel", "horodatage", "horodateur", "marcadetiempo"},
}

// logFields are the fields that a sign-in log entry has beside its error code.
var logFields = []string{"failurereason", "resultdescription", "resultsignature"}

// signs are what alone makes a text worth a closer look.
var signs = map[kind][]string{
	kindCode:      {"aadsts"},
	kindList:      {"errorcodes"},
	kindURI:       {"errorcode", "resulttype", "xmsclitelem1", "fehlercode", "codederreur", "cdigodeerror", "codiceerrore", "codicedierrore"},
	kindAuthority: {"loginmicrosoftonlinecom", "loginmicrosoftonlineus", "loginchinacloudapicn", "loginpartnermicrosoftonlinecn", "oauth2v20token", "oauth2token"},
	kindClient:    {"clientid", "appid", "applicationid"},
	kindOAuth: {
		"invalidclient", "invalidgrant", "invalidrequest", "invalidresource", "invalidscope", "unauthorizedclient",
		"temporarilyunavailable", "interactionrequired", "consentrequired", "unsupportedgranttype", "accessdenied", "servererror",
	},
}

// context are kinds that help to read a message but do not make one.
var contextKinds = map[kind]bool{kindAuthority: true, kindClient: true, kindProduct: true}

// finder finds codes and known messages in text. It may be used by several
// goroutines at once.
type finder struct {
	catalogue *Catalogue
	sieve     *matcher // decides whether a window is worth a closer look
	all       *matcher
}

// finders holds the finder of the built-in catalogue, once it was needed.
var finders sync.Map

// finderOf is NewFinder, made once for each catalogue.
func finderOf(c *Catalogue) *finder {
	if f, ok := finders.Load(c); ok {
		return f.(*finder)
	}
	f, _ := finders.LoadOrStore(c, NewFinder(c))
	return f.(*finder)
}

// NewFinder returns a finder for the codes and phrases of the catalogue.
func NewFinder(c *Catalogue) *finder {
	var strong, weak []anchor
	for k, phrases := range signs {
		for _, p := range phrases {
			if contextKinds[k] {
				weak = append(weak, anchor{p, k, "", nil})
			} else {
				strong = append(strong, anchor{p, k, "", nil})
			}
		}
	}
	for k, phrases := range labels {
		for _, p := range phrases {
			weak = append(weak, anchor{p, k, "", nil})
		}
	}
	for _, e := range c.entries {
		for _, p := range e.Phrases {
			strong = append(strong, anchor{squashString(p), kindWording, e.Code, nil})
		}
	}
	for _, p := range c.phrases {
		for i := range p.Read {
			pat := &p.Read[i]
			strong = append(strong, anchor{pat.anchor(), kindPhrase, p.ID, pat})
		}
	}
	for _, p := range c.products {
		for _, sign := range p.Signs {
			weak = append(weak, anchor{squashString(sign), kindProduct, p.ID, nil})
		}
	}
	return &finder{c, newMatcher(keySize, strong), newMatcher(contextKeySize, slices.Concat(weak, strong))}
}
