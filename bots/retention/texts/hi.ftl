# रिकॉर्ड बॉट जो कहता है, हिन्दी में। लिखने के नियम bridge/texts/en.ftl के आरंभ में हैं।

records-help =
    जुड़े हुए कक्षों में जो कहा जाता है, वह रिकॉर्ड में रखा जाता है। रिकॉर्ड अधिकारियों के लिए:
    `!records search purpose: WHY; QUERY` से कही हुई बात मिलती है।
records-search-usage =
    `!records search purpose: WHY; QUERY` लिखें। प्रयोजन रिकॉर्ड में रहता है। खोज में शब्द, `"a phrase"`, `begin*`,
    `sender:@asha:nic.example`, `room:!ROOM`, `from:2026-01-31`, `to:2026-02-28`, `kind:message` (या `kind:file`,
    `kind:edit`, `kind:reaction`, `kind:state`) हो सकते हैं; सब बातें पूरी होनी चाहिए। `page:2` से अगले परिणाम मिलते हैं।
records-search-outside = खोज केवल उन संगठनों के लोगों के लिए है जो यहाँ जुड़े हैं।
records-search-private = जो मिला, वह एक निजी चैट में बताया जाता है, जो एन्क्रिप्टेड है। खोज और उसका प्रयोजन रिकॉर्ड में रहते हैं।
records-search-here = खोज और उसका प्रयोजन रिकॉर्ड में रहते हैं।

records-chat-left = आप इस बॉट के साथ की निजी चैट छोड़ चुके हैं। नई एन्क्रिप्टेड चैट शुरू करें और वहाँ पूछें।
records-chat-unencrypted =
    इस बॉट के साथ आपकी निजी चैट एन्क्रिप्टेड नहीं है, और जो मिला वह खुले में नहीं बताया जाता। उसकी सेटिंग में एन्क्रिप्शन चालू करें,
    या एन्क्रिप्टेड चैट शुरू करें, और फिर पूछें।
records-chat-others =
    इस बॉट के साथ आपकी निजी चैट में कोई और भी है या बुलाया गया है, और जो मिला वह केवल आपके लिए है। नई एन्क्रिप्टेड चैट शुरू करें और
    वहाँ पूछें।

records-query-empty = बताएँ कि क्या खोजना है: शब्द, `sender:` या `kind:`।
records-query-long = खोज में अधिक से अधिक { $characters } अक्षर और { $most } भाग हो सकते हैं।
records-query-short = { $beginning } से बहुत सारे शब्द शुरू होते हैं; कम से कम { $least } अक्षर दें।
records-query-many = { $most } से अधिक शब्द { $beginning } से शुरू होते हैं; और अक्षर दें।
records-query-sender = sender: के बाद पूरी Matrix आईडी दें, जैसे `@asha:nic.example`, न कि { $given }
records-query-room = room: के बाद कक्ष की आईडी दें, जो विस्मयादिबोधक चिह्न से शुरू होती है, न कि { $given }
records-query-day = from: और to: के बाद दिन दें, जैसे `2026-01-31`, न कि { $given }
records-query-kind = kind: इनमें से एक है: { $known }, न कि { $given }

records-search-none = { $query } के लिए कुछ नहीं मिला।
records-search-found = { $query } के लिए मिला, पृष्ठ { $page }, नया पहले:
records-search-more = और भी है: वही फिर पूछें, पीछे `page:` और { $page } लिखकर।
records-hit-room = कक्ष { $room }
records-hit = **{ $when } { $sender }**: { $said }
records-hit-beside = { $when } { $sender }: { $said }

## चेतावनियाँ, प्रशासकों के लिए उनके कक्ष में

record-log-broken =
    { $organisation } के अभिलेख का लॉग वैसा नहीं है जैसा उसके विषय में हस्ताक्षरित किया गया था, और अब किसी जाँच-बिंदु पर हस्ताक्षर नहीं किए जाते।
    `setu records verify` चलाएँ, जो पंक्तियाँ बताता है, और जाँच-बिंदुओं की फ़ाइलें सुरक्षित रखें।
record-no-timestamp = समय-मुद्रा प्राधिकरण ने अभी जाँच-बिंदुओं की पुष्टि नहीं की है: { $reason }
