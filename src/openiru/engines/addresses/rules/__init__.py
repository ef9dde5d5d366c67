"""The platforms' rules, as data. One TOML file per family; this page is their schema.

``[[platform]]``
    ``id``            the platform's name; first part of its keys
    ``hosts``         exact host names, without ``www.`` (which is always understood); the first is the main one.
                      A name such as ``tg:`` stands for the scheme of an app's own links.
    ``suffixes``      hosts *under* these belong to the platform; what stands before is ``{sub}``
    ``ignored_sub``   regular expression: these prefixes (``m``, ``ar-ar``) name no content
    ``any_host``      true: the rules match by shape of path on any host that no platform claims
    ``fold_path``     true: literal parts of a path are compared without regard to case
    ``otherwise``     kind of a path that no rule describes: ``other`` (the default: it may hold anything, and cannot
                      be referred the ordinary way) or ``page``
    ``tracking``      query parameters that name no content here, beside those of ``generic.toml``
    ``types``         table: name = regular expression for one captured part. With both ``name`` and ``service`` there, a
                      word of ``service`` (the platform's own pages) is never taken for a ``name``

``[[platform.rule]]`` — the first rule that fits wins
    ``name``          what ``why`` says, so that people see which rule decided
    ``path``          one or more templates: ``/{user}/status/{id:digits}``. ``{x}`` is one segment, ``{x:type}`` a type
                      below or of the platform; ``/...`` at the end allows more; a slash at the end never counts
    ``sub``           type of the part before a suffix; rules without it apply to the bare host only
    ``query``         table: parameter = type; all must be there, each with one value only
    ``search``        template for the whole query
    ``fragment``      one or more templates for what follows ``#``; ``""`` means none
    ``kind``          word of ``core.vocabulary.Kind``; ``extent`` only if it is not the kind's own
    ``key``           template of the key behind the platform's name; without it: the key of any web page
    ``canonical``     template of the address to look at; goes with ``key``
    ``account``       template of the key of the account or channel it belongs to
    ``lower``         captured parts in which case does not matter
    ``convert``       table: part = converter of ``convert.py`` (exact ones only)
    ``why``           reason in plain words
    ``resolve``       true: a shortener, to be followed
    ``unwrap``        a captured part that is itself the address meant (a redirecting page)
    ``keep_query``    true: the query is part of the identity of a rule without ``key``

Types known everywhere: ``any`` (one segment), ``digits``, ``hex``, ``word`` (letters, digits, ``_`` and ``-``), ``rest``
(anything), ``uuid``, ``cid``, ``host``.

``generic.toml`` holds what every site shares; ``sensitive.toml`` the hosts of press, science, libraries and governments.
"""
